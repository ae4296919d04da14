import { startOidcDouble } from '#server/testing/providers/oidc-double.ts'

/**
 * A provider of logins for the browser journeys, which may not import it. The person of PERSON_EMAIL is logged in there and says yes.
 * Prints one line, `provider-ready {JSON}`, with issuer, clientId and clientSecret. Ends with its parent's SIGTERM.
 */
const { PERSON_EMAIL: email = '', REDIRECT_URI: redirectUri = '' } = process.env
const double = await startOidcDouble()
double.person = { sub: `subject of ${email}`, email, email_verified: true }
double.redirectUris.add(redirectUri)
const { issuer, clientId, clientSecret } = double
console.log(`provider-ready ${JSON.stringify({ issuer, clientId, clientSecret })}`)
process.on('SIGTERM', () => process.exit(double.complaints.length))
