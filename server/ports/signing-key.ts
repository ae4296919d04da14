import { createPrivateKey, createPublicKey, hash, hkdfSync, sign, verify, type KeyObject } from 'node:crypto'

/** An Ed25519 key. Signatures travel as base64url. */
export interface SigningKey {
  readonly keyId: string
  /** SPKI in PEM, so that anyone can check a signature. */
  readonly publicKey: string
  sign(text: string): string
  verify(text: string, signature: string): boolean
}

/** Derived from the installation's secret for one purpose, so that every process signs alike and a restart changes nothing. */
export function createSigningKey(secretKey: string, purpose: string): SigningKey {
  const seed = Buffer.from(hkdfSync('sha256', Buffer.from(secretKey, 'base64url'), '', purpose, 32))
  const privateKey = privateKeyOf(seed)
  const publicKey = createPublicKey(privateKey)
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return {
    keyId: hash('sha256', pem, 'hex').slice(0, 16),
    publicKey: pem,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64url'),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'))
  }
}

/** PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410, section 7). */
function privateKeyOf(seed: Buffer): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' })
}
