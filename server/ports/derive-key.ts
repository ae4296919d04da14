import { hkdfSync } from 'node:crypto'

/** 32 bytes for one purpose, derived from SECRET_KEY by HKDF-SHA256: a key for one thing tells nothing about another's. */
export function deriveKey(secretKey: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(secretKey, 'base64url'), 'sampark', purpose, 32))
}

/**
 * The keys that are accepted, the present one first, then those of the comma-separated `SECRET_KEY_PREVIOUS`: while a key stands there, what was
 * made with it goes on working. Each once, so that the present key repeated in the list is not also a former one.
 */
export function acceptedKeys(config: { SECRET_KEY: string; SECRET_KEY_PREVIOUS?: string | undefined }): [string, ...string[]] {
  const former = splitList(config.SECRET_KEY_PREVIOUS ?? '').filter((key) => key !== config.SECRET_KEY)
  return [config.SECRET_KEY, ...new Set(former)]
}

/** The parts between commas, trimmed, without empty ones. */
export function splitList(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '')
}
