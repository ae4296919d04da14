import { createHmac, randomBytes } from 'node:crypto'
import { plainCode } from '#shared/identity/second-step.ts'
import { deriveKey } from '../../../ports/derive-key.ts'
import { seal, unseal } from '../../../ports/seal.ts'
import { base32 } from './totp.ts'

interface Whose {
  tenantId: string
  userId: string
}

/** The secrets of second steps at rest. */
export interface SecondStepKeys {
  sealSecret(secret: Uint8Array, whose: Whose): Buffer
  /** Null where it was sealed with a key that is not accepted any more. `isOld`: with the one before, so it should be sealed anew. */
  openSecret(sealed: Uint8Array, whose: Whose): { secret: Buffer; isOld: boolean } | null
  /** Of each accepted key, the present one first. */
  hashesOf(recoveryCode: string, whose: Whose): [Buffer, ...Buffer[]]
}

/** `secretKeys`: SECRET_KEY, and those before it while they are accepted. */
export function createSecondStepKeys(secretKeys: readonly [string, ...string[]]): SecondStepKeys {
  const sealing = secretKeys.map((key) => deriveKey(key, 'second step secrets'))
  const hashing = secretKeys.map((key) => deriveKey(key, 'recovery codes'))
  const place = ({ tenantId, userId }: Whose) => `second step ${tenantId} ${userId}`
  return {
    sealSecret: (secret, whose) => seal(sealing[0] as Uint8Array, Buffer.from(secret).toString('base64'), place(whose)),
    openSecret(sealed, whose) {
      for (const key of sealing) {
        const text = unseal(key, sealed, place(whose))
        if (text !== null) return { secret: Buffer.from(text, 'base64'), isOld: key !== sealing[0] }
      }
      return null
    },
    hashesOf: (code, { tenantId, userId }) =>
      hashing.map((key) => createHmac('sha256', key).update(JSON.stringify([tenantId, userId, plainCode(code)])).digest()) as [Buffer, ...Buffer[]]
  }
}

const recoveryCodes = 10

/** Ten codes of 50 random bits, such as `KQ3FX-7NPVA`. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodes }, () => base32(randomBytes(7)).slice(0, 10).replace(/^(.{5})/, '$1-'))
}
