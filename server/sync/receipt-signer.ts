import { createPublicKey, hash } from 'node:crypto'
import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { Command } from '#shared/protocol/command.ts'
import { createSigningKey } from '../ports/signing-key.ts'

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
  /** One signature over the hashes of a batch joined by newlines; Ed25519, base64url. */
  sign(hashes: readonly string[]): string
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

/** Signs with a key derived from the installation's secret. */
export function createReceiptSigner(secretKey: string): ReceiptSigner {
  const key = createSigningKey(secretKey, 'sampark receipt signature')
  return {
    keyId: key.keyId,
    publicKey: key.publicKey,
    sign: (hashes) => key.sign(hashes.join('\n')),
    verify: (hashes, signature) => key.verify(hashes.join('\n'), signature)
  }
}

/** The public key of `createReceiptSigner` as its 32 raw bytes, base64url, with its id: what a browser checks a signature with. */
export function receiptKeyOf(secretKey: string): { keyId: string; publicKey: string } {
  const { keyId, publicKey } = createReceiptSigner(secretKey)
  return { keyId, publicKey: String(createPublicKey(publicKey).export({ format: 'jwk' }).x) }
}
