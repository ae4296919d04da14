import { createPrivateKey, createPublicKey, hash, hkdfSync, sign, verify, type KeyObject } from 'node:crypto'
import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { Command } from '#shared/protocol/command.ts'

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

/** An Ed25519 key derived from the installation's secret, so that every process signs alike and a restart changes nothing. */
export function createReceiptSigner(secretKey: string): ReceiptSigner {
  const seed = Buffer.from(hkdfSync('sha256', Buffer.from(secretKey, 'base64url'), '', 'sampark receipt signature', 32))
  const privateKey = privateKeyOf(seed)
  const publicKey = createPublicKey(privateKey)
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const bytesOf = (hashes: readonly string[]) => Buffer.from(hashes.join('\n'))
  return {
    keyId: sha256(pem).slice(0, 16),
    publicKey: pem,
    sign: (hashes) => sign(null, bytesOf(hashes), privateKey).toString('base64url'),
    verify: (hashes, signature) => verify(null, bytesOf(hashes), publicKey, Buffer.from(signature, 'base64url'))
  }
}

/** PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410, section 7). */
function privateKeyOf(seed: Buffer): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' })
}
