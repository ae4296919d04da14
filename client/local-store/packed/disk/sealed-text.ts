import { textOf, utf8 } from '#shared/utf8.ts'
import type { RecordCipher } from '../../record-cipher.ts'

/** Text as it is stored: itself, or sealed bytes. Both may stand in one database, so that a key can be introduced later. */
export type StoredText = string | Uint8Array<ArrayBuffer>

export async function sealText(text: string, cipher: RecordCipher | null): Promise<StoredText> {
  return cipher ? cipher.seal(utf8(text)) : text
}

/** Rejects for bytes that were changed or that this key did not seal. */
export async function openText(stored: StoredText, cipher: RecordCipher | null): Promise<string> {
  if (typeof stored === 'string') return stored
  if (!cipher) throw new Error('A sealed record was met without a key.')
  return textOf(await cipher.open(stored))
}
