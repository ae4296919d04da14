import { textOf, utf8 } from '#shared/utf8.ts'
import type { RecordCipher } from '../record-cipher.ts'

/** Seals a value that survives JSON: a wire command, records, settings. */
export function sealJson(cipher: RecordCipher, value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  return cipher.seal(utf8(JSON.stringify(value)))
}

export async function openJson<Value>(cipher: RecordCipher, sealed: Uint8Array<ArrayBuffer>): Promise<Value> {
  return JSON.parse(textOf(await cipher.open(sealed))) as Value
}

/** A sealed photo stays a Blob: listing the rows that hold one reads no bytes of it. */
export async function sealBlob(cipher: RecordCipher, plain: Blob): Promise<Blob> {
  return new Blob([await cipher.seal(new Uint8Array(await plain.arrayBuffer()))])
}

export async function openBlob(cipher: RecordCipher, sealed: Blob, type: string): Promise<Blob> {
  return new Blob([await cipher.open(new Uint8Array(await sealed.arrayBuffer()))], { type })
}
