import { z } from 'zod'
import type { Clock } from '../../../ports/clock.ts'
import type { OutsideCall, OutsideRequest } from '../../../ports/adapters/outside-call.ts'
import { verifyIdToken, type VouchedClaims } from './id-token.ts'
import { ProviderError } from './provider-error.ts'
import type { StoredProvider } from './provider-store.ts'

const address = z.url({ protocol: /^https?$/ }).max(2000)

/** The part of the discovery document (OpenID Connect Discovery 1.0, 3) that is used. */
const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: address,
  token_endpoint: address,
  jwks_uri: address,
  token_endpoint_auth_methods_supported: z.array(z.string()).optional()
})
export type ProviderMetadata = z.infer<typeof metadataSchema>

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) })
const tokenReplySchema = z.object({ id_token: z.string().max(20_000) })

export interface ProviderClient {
  /** Kept for ten minutes. Throws `ProviderError`. */
  discover(issuer: string): Promise<ProviderMetadata>
  /** Exchanges the code and checks the ID token. Throws `ProviderError`. */
  redeem(provider: StoredProvider, given: { code: string; verifier: string; redirectUri: string; nonce: string }): Promise<VouchedClaims>
}

const keepMs = 10 * 60_000
const mostKept = 200

export function createProviderClient(parts: { call: OutsideCall; clock: Clock; onlyOutside: boolean }): ProviderClient {
  const kept = new Map<string, { metadata: ProviderMetadata; until: number }>()
  const read = <T>(schema: z.ZodType<T>, request: OutsideRequest, what: string) => readJson(parts.call, request, { schema, what })

  async function discover(issuer: string): Promise<ProviderMetadata> {
    const known = kept.get(issuer)
    if (known && known.until > parts.clock.now()) return known.metadata
    const metadata = await read(metadataSchema, { method: 'GET', url: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration` }, 'discovery')
    if (metadata.issuer !== issuer) throw new ProviderError('issuer')
    if (parts.onlyOutside && !metadata.authorization_endpoint.startsWith('https:')) throw new ProviderError('discovery')
    if (kept.size >= mostKept) kept.clear()
    kept.set(issuer, { metadata, until: parts.clock.now() + keepMs })
    return metadata
  }

  return {
    discover,
    async redeem(provider, { code, verifier, redirectUri, nonce }) {
      const metadata = await discover(provider.issuer)
      const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier })
      const { id_token } = await read(tokenReplySchema, tokenRequest(metadata, provider, form), 'token')
      const keys = await read(jwksSchema, { method: 'GET', url: metadata.jwks_uri }, 'keys')
      return verifyIdToken(id_token, { keys, issuer: provider.issuer, clientId: provider.clientId, nonce, nowMs: parts.clock.now() })
    }
  }
}

/** By HTTP Basic, which every provider must know (RFC 6749, 2.3.1), unless it names only the form. */
function tokenRequest(metadata: ProviderMetadata, { clientId, clientSecret }: StoredProvider, form: URLSearchParams): OutsideRequest {
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  const isBasic = methods.includes('client_secret_basic') || !methods.includes('client_secret_post')
  if (!isBasic) for (const [name, value] of Object.entries({ client_id: clientId, client_secret: clientSecret })) form.set(name, value)
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', ...(isBasic && { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` }) }
  return { method: 'POST', url: metadata.token_endpoint, headers, body: form.toString() }
}

async function readJson<T>(call: OutsideCall, request: OutsideRequest, { schema, what }: { schema: z.ZodType<T>; what: string }): Promise<T> {
  const answer = await call(request)
  if (answer.kind !== 'answer') throw new ProviderError(`${what}_${answer.kind === 'refused' ? 'inside' : 'silent'}`)
  if (answer.status !== 200) throw new ProviderError(`${what}_refused`)
  const parsed = schema.safeParse(jsonOf(answer.text))
  if (!parsed.success) throw new ProviderError(`${what}_unreadable`)
  return parsed.data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
