import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { deriveKey } from '../../../ports/derive-key.ts'
import { kidOf } from '../access-token.ts'

/** Life of a machine's token in seconds. */
export const machineTokenSeconds = 600

const typ = 'machine+jwt'
const claimsSchema = z.object({ sub: z.uuid(), scope: z.string(), exp: z.int() })

export interface MachineTokens {
  /** `keyId`: whom it stands for; `scope`: actions with spaces between. */
  sign(claims: { tenantId: string; keyId: string; scope: string }, nowMs: number): Promise<string>
  /** Throws `token_expired` or `unauthenticated`; also when the token belongs to another tenant. */
  verify(token: string, tenantId: string, nowMs: number): Promise<{ keyId: string; scopes: string[]; expiresAt: number }>
}

/** Whether a token says that it is a machine's; nothing is believed by that. */
export function isMachineToken(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === typ
  } catch {
    return false
  }
}

/** Like the access tokens of people, under keys of their own: neither is ever taken for the other. */
export function createMachineTokens(secretKeys: readonly [string, ...string[]]): MachineTokens {
  const keys = secretKeys.map((secretKey) => deriveKey(secretKey, 'machine token'))
  const byKid = new Map(keys.map((key) => [kidOf(key), key]))
  const [key = new Uint8Array()] = keys
  const keyOf = ({ kid }: { kid?: string }) => {
    const named = byKid.get(kid ?? '')
    if (!named) throw new AppError('unauthenticated')
    return named
  }
  return {
    sign({ tenantId, keyId, scope }, nowMs) {
      const issuedAt = Math.floor(nowMs / 1000)
      const token = new SignJWT({ scope }).setProtectedHeader({ alg: 'HS256', kid: kidOf(key), typ }).setIssuer('sampark')
      return token.setAudience(tenantId).setSubject(keyId).setIssuedAt(issuedAt).setExpirationTime(issuedAt + machineTokenSeconds).sign(key)
    },
    async verify(token, tenantId, nowMs) {
      const options = { algorithms: ['HS256'], typ, issuer: 'sampark', audience: tenantId, currentDate: new Date(nowMs) }
      const { payload } = await jwtVerify(token, keyOf, options).catch((error: unknown) => {
        throw new AppError(error instanceof errors.JWTExpired ? 'token_expired' : 'unauthenticated')
      })
      const claims = claimsSchema.safeParse(payload)
      if (!claims.success) throw new AppError('unauthenticated')
      const { sub, scope, exp } = claims.data
      return { keyId: sub, scopes: scope.split(' '), expiresAt: exp * 1000 }
    }
  }
}
