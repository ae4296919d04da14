import { hkdfSync } from 'node:crypto'

/** 32 bytes for one purpose, derived from SECRET_KEY by HKDF-SHA256: a key for one thing tells nothing about another's. */
export function deriveKey(secretKey: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(secretKey, 'base64url'), 'sampark', purpose, 32))
}

/** The keys that are accepted, the present one first: while SECRET_KEY_PREVIOUS is set, what was made with it goes on working. */
export function acceptedKeys(config: { SECRET_KEY: string; SECRET_KEY_PREVIOUS?: string | undefined }): [string, ...string[]] {
  return config.SECRET_KEY_PREVIOUS === undefined ? [config.SECRET_KEY] : [config.SECRET_KEY, config.SECRET_KEY_PREVIOUS]
}
