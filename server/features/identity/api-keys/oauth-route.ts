import { tokenRefusalSchema, tokenReplySchema, tokenRequestSchema } from '#shared/identity/api-key.ts'
import { anyone } from '../../../http/access.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import type { SessionParts } from '../needs.ts'
import { standingKey } from './machine-session.ts'
import { machineTokenSeconds } from './machine-token.ts'

/** OAuth2 client credentials (RFC 6749, 4.4): the id of a key and its secret, for a short token with its scopes or part of them. */
export function oauthTokenRoute(parts: Pick<SessionParts, 'database' | 'clock' | 'machineTokens'>): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/oauth/token', summary: 'OAuth2 client credentials: a token of ten minutes for an API key.', tag: 'identity',
    access: anyone, formBody: true, repeatable: true, body: tokenRequestSchema,
    limit: { name: 'oauth-token', points: 300, seconds: 60, by: 'network' },
    reply: { 200: tokenReplySchema, 400: tokenRefusalSchema, 401: tokenRefusalSchema },
    async handle({ body, context }) {
      const { tenantId } = context.tenant
      if (body.grant_type !== 'client_credentials') return refusal('unsupported_grant_type', 'Only client_credentials is known here.')
      const key = await standingKey(parts, tenantId, context.basic ?? { id: body.client_id ?? '', secret: body.client_secret ?? '' })
      if (!key) {
        const headers = { 'WWW-Authenticate': 'Basic realm="sampark"' }
        return { status: 401 as const, body: { error: 'invalid_client' as const, error_description: 'This client is not known, has ended or was revoked.' }, headers }
      }
      const asked = body.scope?.split(' ').filter(Boolean) ?? key.scopes
      if (!asked.every((scope) => key.scopes.some((one) => one === scope))) return refusal('invalid_scope', 'The key does not have this scope.')
      const scope = asked.join(' ')
      const token = await parts.machineTokens.sign({ tenantId, keyId: key.id, scope }, parts.clock.now())
      return { status: 200 as const, body: { access_token: token, token_type: 'Bearer' as const, expires_in: machineTokenSeconds, scope } }
    }
  })
}

function refusal(error: 'unsupported_grant_type' | 'invalid_scope', error_description: string) {
  return { status: 400 as const, body: { error, error_description } }
}
