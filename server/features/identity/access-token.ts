import { createHash } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { actorRoleSchema } from '#shared/identity/actor.ts'
import { deriveKey } from '../../ports/derive-key.ts'

/** Life of an access token in milliseconds. */
export const accessTokenMs = 10 * 60_000

const claimsSchema = z.object({
  aud: z.uuid(),
  sub: z.uuid(),
  role: actorRoleSchema,
  device: z.uuid(),
  family: z.uuid(),
  exp: z.int()
})

export interface AccessClaims {
  tenantId: string
  userId: string
  /** As it was when the token was made; the server decides by its own rows. */
  role: z.infer<typeof actorRoleSchema>
  deviceId: string
  familyId: string
}

export interface AccessTokens {
  /** `endsBy` (ms, server clock): the token ends then at the latest. */
  sign(claims: AccessClaims, nowMs: number, endsBy?: number): Promise<{ token: string; expiresAt: number }>
  /** Throws `token_expired` or `unauthenticated`; also when the token belongs to another tenant. */
  verify(token: string, tenantId: string, nowMs: number): Promise<AccessClaims & { expiresAt: number }>
}

type Verified = AccessClaims & { expiresAt: number }

/** Tokens whose signature has been found good, so that a device that pulls page after page is not computed anew each time. */
const rememberedTokens = 5_000

/**
 * HS256 tokens, at home only in this installation. Each secret key has one key and one key id, made of the key itself; a token names its
 * key by that id and by nothing else. The first of `secretKeys` signs, all of them verify: so a key is exchanged without a logout.
 */
export function createAccessTokens(secretKeys: readonly [string, ...string[]]): AccessTokens {
  const keys = secretKeys.map((secretKey) => deriveKey(secretKey, 'access token'))
  const byKid = new Map(keys.map((key) => [kidOf(key), key]))
  const [key = new Uint8Array()] = keys
  const kid = kidOf(key)
  const keyOf = ({ kid: named }: { kid?: string }) => byKid.get(named ?? '') ?? unknownKey()
  const good = new Map<string, Verified>()
  return {
    async sign(claims, nowMs, endsBy = Infinity) {
      const issuedAt = Math.floor(nowMs / 1000)
      const expires = Math.min(issuedAt + accessTokenMs / 1000, Math.floor(endsBy / 1000))
      const token = await new SignJWT({ role: claims.role, device: claims.deviceId, family: claims.familyId })
        .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
        .setIssuer('sampark')
        .setAudience(claims.tenantId)
        .setSubject(claims.userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(key)
      return { token, expiresAt: expires * 1000 }
    },
    async verify(token, tenantId, nowMs) {
      const known = good.get(token)
      if (known && known.tenantId === tenantId && nowMs < known.expiresAt) return known
      const options = { algorithms: ['HS256'], typ: 'at+jwt', issuer: 'sampark', audience: tenantId, currentDate: new Date(nowMs) }
      const { payload } = await jwtVerify(token, keyOf, options).catch(refuse)
      const claims = claimsSchema.safeParse(payload)
      if (!claims.success) throw new AppError('unauthenticated')
      const { aud, sub, role, device, family, exp } = claims.data
      const verified = { tenantId: aud, userId: sub, role, deviceId: device, familyId: family, expiresAt: exp * 1000 }
      if (good.size >= rememberedTokens) good.clear()
      good.set(token, verified)
      return verified
    }
  }
}

/** Names a key by itself, without telling it. */
export function kidOf(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 8)
}

function unknownKey(): never {
  throw new AppError('unauthenticated')
}

function refuse(error: unknown): never {
  throw new AppError(error instanceof errors.JWTExpired ? 'token_expired' : 'unauthenticated')
}
