/**
 * Encrypts what is kept on this device: packed replica records, outbox commands, photos. `open(seal(x))` is x; `open` rejects
 * for bytes that were changed or sealed with another key. Never await it inside an IndexedDB transaction: seal before, open after.
 */
export interface RecordCipher {
  seal(plain: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
  open(sealed: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
}
