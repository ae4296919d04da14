import { createPublicKey, hash } from 'node:crypto'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { Command } from '#shared/protocol/command.ts'
import { createSigningKey, type SigningKey } from '../ports/signing-key.ts'

/** What a receipt proves: this command with this content was judged so, at this time of the server's clock. */
export interface ReceiptContent {
  tenantId: string
  command: Command
  verdict: 'applied' | 'merged' | 'rejected'
  code: string | null
  /** Server clock, ms. */
  receivedAt: number
}

export interface ReceiptSigner {
  readonly keyId: string
  /** Public key, SPKI in PEM, so that anyone can check a receipt. */
  readonly publicKey: string
  /** What receipts were signed with before, while SECRET_KEY_PREVIOUS is set. SPKI in PEM. */
  readonly former: readonly { keyId: string; publicKey: string }[]
  /** One signature over the hashes of a batch joined by newlines; Ed25519, base64url. */
  sign(hashes: readonly string[]): string
  /** Also with the former keys. */
  verify(hashes: readonly string[], signature: string): boolean
}

const sha256 = (text: string) => hash('sha256', text, 'hex')

/** SHA-256 (hex) of the canonical receipt, as described in shared/protocol/push.ts. */
export function receiptHash(content: ReceiptContent): string {
  return sha256(
    canonicalJson({
      tenant: content.tenantId,
      command: content.command.id,
      args: sha256(canonicalJson(content.command.args)),
      verdict: content.verdict,
      code: content.code,
      receivedAt: content.receivedAt
    })
  )
}

/** Signs with a key derived from the installation's secret. `secretKeys`: SECRET_KEY, and those before it while they are accepted. */
export function createReceiptSigner(secretKeys: readonly [string, ...string[]]): ReceiptSigner {
  const keys = secretKeys.map((secretKey) => createSigningKey(secretKey, 'sampark receipt signature'))
  const [key, ...former] = keys as [SigningKey, ...SigningKey[]]
  return {
    keyId: key.keyId,
    publicKey: key.publicKey,
    former: former.map(({ keyId, publicKey }) => ({ keyId, publicKey })),
    sign: (hashes) => key.sign(hashes.join('\n')),
    verify: (hashes, signature) => keys.some((one) => one.verify(hashes.join('\n'), signature))
  }
}

/** The public keys of `createReceiptSigner` as their 32 raw bytes, base64url, with their ids, the present one first: what a browser checks a signature with. */
export function receiptKeysOf(secretKeys: readonly [string, ...string[]]): [RescueKey, ...RescueKey[]] {
  const { keyId, publicKey, former } = createReceiptSigner(secretKeys)
  const raw = (key: RescueKey): RescueKey => ({ keyId: key.keyId, publicKey: String(createPublicKey(key.publicKey).export({ format: 'jwk' }).x) })
  return [raw({ keyId, publicKey }), ...former.map(raw)]
}
