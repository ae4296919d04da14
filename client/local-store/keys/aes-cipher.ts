import type { RecordCipher } from '../record-cipher.ts'

/** First byte of what is sealed; another way of sealing gets another number. */
const format = 1
const ivBytes = 12
const headBytes = 1 + ivBytes

/**
 * AES-256-GCM with a random 96-bit nonce per seal: `format, nonce, ciphertext, 16 bytes of tag`, 29 bytes more than the plain
 * ones. A key must not seal more than 2^32 times. What belongs together by id says so inside the plain bytes.
 */
export function aesCipher(key: CryptoKey): RecordCipher {
  return {
    async seal(plain) {
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
      const secret = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)
      const sealed = new Uint8Array(headBytes + secret.byteLength)
      sealed[0] = format
      sealed.set(iv, 1)
      sealed.set(new Uint8Array(secret), headBytes)
      return sealed
    },
    async open(sealed) {
      if (sealed[0] !== format) throw new Error('These bytes were sealed in a way this version does not know.')
      const iv = sealed.subarray(1, headBytes)
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed.subarray(headBytes)))
    }
  }
}

/** A key that this browser can use and nobody can read out, not even this app. */
export function newLocalKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
