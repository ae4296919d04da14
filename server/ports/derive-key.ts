import { hkdfSync } from 'node:crypto'

/** 32 bytes for one purpose, derived from SECRET_KEY by HKDF-SHA256: a key for one thing tells nothing about another's. */
export function deriveKey(secretKey: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(secretKey, 'base64url'), 'sampark', purpose, 32))
}
