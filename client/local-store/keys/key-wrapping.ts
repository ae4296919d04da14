import { utf8 } from '#shared/utf8.ts'
import type { HeldShare, WrappedKey } from './key-store.ts'

/** Some 50 ms on a desktop. What keeps ten thousand PINs from being tried is the share, not these rounds. */
const pinRounds = 300_000

const aes = { name: 'AES-GCM', length: 256 } as const
const bytesOf = (count: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(count))

/** The share as this browser keeps it; `secret` is 32 bytes. */
export async function holdShare(secret: Uint8Array<ArrayBuffer>): Promise<HeldShare> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', secret))
  const id = Array.from(digest.slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return { id, key: await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']) }
}

/** A share of this browser's own, until the server has given one. */
export function ownShare(): Promise<HeldShare> {
  return holdShare(bytesOf(32))
}

/** A new replica key. It can be taken out of WebCrypto: use it to wrap only, and what `unwrapKey` gives to seal. */
export function newReplicaKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey(aes, true, ['encrypt', 'decrypt'])
}

export async function wrapKey(key: CryptoKey, share: HeldShare, pin: string | null): Promise<WrappedKey> {
  const head = { iv: bytesOf(12), salt: bytesOf(16), shareId: share.id, pinRounds: pin === null ? null : pinRounds }
  const wrapped = await crypto.subtle.wrapKey('raw', key, await wrappingKey(head, share, pin), { name: 'AES-GCM', iv: head.iv })
  return { ...head, wrapped: new Uint8Array(wrapped) }
}

/** The key, or null: another share, or another PIN. `extractable` only to wrap it anew. */
export async function unwrapKey(
  from: WrappedKey,
  opener: { share: HeldShare; pin: string | null },
  extractable = false
): Promise<CryptoKey | null> {
  const opening = await wrappingKey(from, opener.share, opener.pin)
  const way = { name: 'AES-GCM', iv: from.iv }
  return crypto.subtle.unwrapKey('raw', from.wrapped, opening, way, aes, extractable, ['encrypt', 'decrypt']).catch(() => null)
}

/** HKDF over the share, with the stretched PIN (without one, the salt) as HKDF's salt: both are needed. */
async function wrappingKey(head: Omit<WrappedKey, 'wrapped'>, share: HeldShare, pin: string | null): Promise<CryptoKey> {
  const salt = head.pinRounds === null ? head.salt : await stretched(pin ?? '', head.salt, head.pinRounds)
  const info = utf8('sampark replica key')
  return crypto.subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, share.key, aes, false, ['wrapKey', 'unwrapKey'])
}

async function stretched(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<ArrayBuffer> {
  const entered = await crypto.subtle.importKey('raw', utf8(pin), 'PBKDF2', false, ['deriveBits'])
  return crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, entered, 256)
}
