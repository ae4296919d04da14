import { errors, jwtVerify, SignJWT, type JWTPayload, type JWTVerifyOptions } from 'jose'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { announcedPhotoSchema } from '#shared/files/upload.ts'
import { deriveKey } from '../../../ports/derive-key.ts'

/** Life of an upload token in milliseconds. */
export const uploadTokenMs = 30 * 60_000

/** What a token allows: to upload these bytes, as this photo, to this tenant. */
export interface UploadClaims {
  readonly tenantId: string
  readonly photoId: string
  readonly sha256: string
  readonly size: number
}

export interface UploadTokens {
  sign(claims: UploadClaims, nowMs: number): Promise<{ token: string; expiresAt: number }>
  /** Throws `token_expired` or `unauthenticated`; also for a token of another tenant or of another kind. */
  verify(token: string, tenantId: string, nowMs: number): Promise<UploadClaims>
}

const claimsSchema = announcedPhotoSchema.omit({ id: true }).extend({ sub: z.uuid() })

/**
 * HS256 with a key of its own, so that no access token opens an upload, nor the other way round. `secretKeys`: SECRET_KEY, and the
 * one before it while both are accepted. The first signs.
 */
export function createUploadTokens(secretKeys: readonly [string, ...string[]]): UploadTokens {
  const keys = secretKeys.map((secretKey) => deriveKey(secretKey, 'upload token')) as [Uint8Array, ...Uint8Array[]]
  return {
    async sign({ tenantId, photoId, sha256, size }, nowMs) {
      const issuedAt = Math.floor(nowMs / 1000)
      const expires = issuedAt + uploadTokenMs / 1000
      const token = await new SignJWT({ sha256, size })
        .setProtectedHeader({ alg: 'HS256', typ: 'upload+jwt' })
        .setIssuer('sampark')
        .setAudience(tenantId)
        .setSubject(photoId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expires)
        .sign(keys[0])
      return { token, expiresAt: expires * 1000 }
    },
    async verify(token, tenantId, nowMs) {
      const options = {
        algorithms: ['HS256'],
        typ: 'upload+jwt',
        issuer: 'sampark',
        audience: tenantId,
        currentDate: new Date(nowMs)
      }
      const payload = await payloadOf(token, keys, options).catch(refuse)
      const claims = claimsSchema.safeParse(payload)
      if (!claims.success) throw new AppError('unauthenticated')
      const { sub, sha256, size } = claims.data
      return { tenantId, photoId: sub, sha256, size }
    }
  }
}

/** The payload, by whichever key the signature is of. Throws what jose says of the last key that did not fit. */
async function payloadOf(token: string, [key, ...former]: readonly [Uint8Array, ...Uint8Array[]], options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, key, options)).payload
  } catch (error) {
    const [next, ...others] = former
    if (next === undefined || !(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    return payloadOf(token, [next, ...others], options)
  }
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw new AppError('token_expired', 'Ask for a new upload token.')
  throw new AppError('unauthenticated', 'An upload token is needed.')
}
