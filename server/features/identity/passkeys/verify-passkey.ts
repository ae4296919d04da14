import { generateKeyPairSync } from 'node:crypto'
import type { NewPasskey, PasskeyLogin } from '#shared/identity/passkey.ts'

/** Fetched with the first passkey: a server whose people have none does not carry it. */
const library = () => import('@simplewebauthn/server')

/** Where passkeys belong to: they are bound to the host name of `PUBLIC_URL` and are taken from its pages only. */
export interface PasskeyPlace {
  rpId: string
  origin: string
}

export function passkeyPlace(publicUrl: string): PasskeyPlace {
  const { hostname, origin } = new URL(publicUrl)
  return { rpId: hostname, origin }
}

/** Signatures that are taken: Ed25519, ES256, RS256. */
export const algorithms = [-8, -7, -257]

export interface Checks extends PasskeyPlace {
  isGoodChallenge(challenge: string): boolean
}

export interface VerifiedCredential {
  challenge: string
  credentialId: Buffer
  publicKey: Buffer
  signCount: number
}

/** The credential that an authenticator has made, after all the checks of WebAuthn 7.1; null when one of them fails. No attestation is asked for. */
export async function verifyNewPasskey({ credential }: NewPasskey, checks: Checks): Promise<VerifiedCredential | null> {
  const { verifyRegistrationResponse } = await library()
  const { id, clientDataJSON, attestationObject } = credential
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId: id, type: 'public-key', response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
      ...expected(checks), supportedAlgorithmIDs: algorithms
    })
    if (!verified) return null
    const { credential: made } = registrationInfo
    return { challenge: challengeOf(clientDataJSON), credentialId: Buffer.from(made.id, 'base64url'), publicKey: Buffer.from(made.publicKey), signCount: made.counter }
  } catch {
    return null
  }
}

export interface StoredCredential {
  publicKey: Buffer
  signCount: number
}

/**
 * Challenge and counter of a login, after all the checks of WebAuthn 7.2, the counter among them; null when one of them fails.
 * Without `stored` it fails after the same work: nobody learns from the time whether a credential is known.
 */
export async function verifyLogin({ credential }: PasskeyLogin, stored: StoredCredential | null, checks: Checks): Promise<{ challenge: string; signCount: number } | null> {
  const { verifyAuthenticationResponse } = await library()
  const { id, clientDataJSON, authenticatorData, signature } = credential
  const { publicKey, signCount } = stored ?? (nobody ??= { publicKey: keyOfNobody(), signCount: 0 })
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId: id, type: 'public-key', response: { clientDataJSON, authenticatorData, signature }, clientExtensionResults: {} },
      ...expected(checks), credential: { id, publicKey: new Uint8Array(publicKey), counter: signCount }
    })
    return verified && stored ? { challenge: challengeOf(clientDataJSON), signCount: authenticationInfo.newCounter } : null
  } catch {
    return null
  }
}

const expected = ({ rpId, origin, isGoodChallenge }: Checks) =>
  ({ expectedChallenge: isGoodChallenge, expectedOrigin: origin, expectedRPID: rpId, requireUserVerification: true })

const challengeOf = (clientDataJSON: string): string =>
  (JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as { challenge: string }).challenge

let nobody: StoredCredential | undefined

/** A public key (COSE, ES256) whose private key is forgotten at once. */
function keyOfNobody(): Buffer {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const head = (hex: string) => Buffer.from(hex, 'hex')
  return Buffer.concat([head('a5010203262001215820'), Buffer.from(x, 'base64url'), head('225820'), Buffer.from(y, 'base64url')])
}
