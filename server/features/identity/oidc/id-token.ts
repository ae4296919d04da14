import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { ProviderError } from './provider-error.ts'
import type { Vouched } from './provider-store.ts'

export interface VouchedClaims extends Vouched {
  /** The provider says that more than one factor was used (RFC 8176, `mfa`). */
  readonly isMultiFactor: boolean
}

/** Signatures by a key pair alone: never `none`, and never HMAC, for which a public key could be made to serve as the secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string(),
  azp: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]),
  email: z.email().max(200).optional().catch(undefined),
  email_verified: z.unknown().optional(),
  amr: z.array(z.string()).optional().catch(undefined)
})

/**
 * What an ID token says, after OpenID Connect Core 1.0, 3.1.3.7: signature, issuer, audience, authorized party, times by the server's
 * clock with a minute's grace, nonce. Throws `ProviderError` with the part that was wrong.
 */
export async function verifyIdToken(
  token: string,
  wanted: { keys: JSONWebKeySet; issuer: string; clientId: string; nonce: string; nowMs: number }
): Promise<VouchedClaims> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(wanted.keys), {
    algorithms,
    issuer: wanted.issuer,
    audience: wanted.clientId,
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    currentDate: new Date(wanted.nowMs),
    clockTolerance: 60,
    maxTokenAge: 600
  }).catch((error: unknown) => {
    throw new ProviderError(`id_token_${reasonOf(error)}`)
  })
  const parsed = claimsSchema.safeParse(payload)
  if (!parsed.success) throw new ProviderError('id_token_claims')
  const { sub, nonce, azp, aud, email, email_verified, amr } = parsed.data
  if (nonce !== wanted.nonce) throw new ProviderError('id_token_nonce')
  if (azp === undefined ? Array.isArray(aud) && aud.length > 1 : azp !== wanted.clientId) throw new ProviderError('id_token_azp')
  return { issuer: wanted.issuer, subject: sub, email: email_verified === true ? (email ?? null) : null, isMultiFactor: amr?.includes('mfa') ?? false }
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  return 'signature'
}
