import { Dexie, type Table } from 'dexie'
import type { Command } from '#shared/protocol/command.ts'
import { aesCipher, newLocalKey } from '../keys/aes-cipher.ts'
import type { BlobRow, OutboxRow, SealedBlobRow, SealedRow } from '../outbox-row.ts'
import type { RecordCipher } from '../record-cipher.ts'

/** A photo as version 1 kept it. */
export type PlainBlobRow = Omit<BlobRow, 'type'> & { blob: Blob }
/** A row as version 1 kept it. */
export type PlainRow = OutboxRow & { command: Command }

/**
 * The tables of an outbox. Version 1 kept commands and photos as they are, in tables of other names: an old page that is
 * still open finds its own tables empty instead of rows that it cannot read.
 */
export interface OutboxTables {
  readonly db: Dexie
  readonly commands: Table<SealedRow, number>
  readonly photos: Table<SealedBlobRow, string>
  /** `key`: the key of this outbox. `seq`, `marks`: its counters. `shut`: nothing more is saved. `sealed:*`: values of others, sealed. `own:*`: the same of version 1. */
  readonly settings: Table<{ key: string; value: unknown }, string>
  readonly plainCommands: Table<PlainRow, number>
  readonly plainBlobs: Table<PlainBlobRow, string>
}

export function outboxTables(name: string): OutboxTables {
  const db = new Dexie(name, { chromeTransactionDurability: 'strict' })
  db.version(1).stores({ commands: 'seq, &id, [state+seq]', blobs: 'photoId, commandId, state', settings: 'key' })
  db.version(2).stores({ sealedCommands: 'seq, &id, [state+seq]', sealedPhotos: 'photoId, commandId, state' })
  return {
    db,
    commands: db.table('sealedCommands'),
    photos: db.table('sealedPhotos'),
    settings: db.table('settings'),
    plainCommands: db.table('commands'),
    plainBlobs: db.table('blobs')
  }
}

/** The outbox's own cipher. Its key is made once and lies beside what it seals: neither can be lost without the other. */
export async function outboxCipher({ db, settings }: OutboxTables): Promise<RecordCipher> {
  const known = await settings.get('key')
  if (known) return aesCipher(known.value as CryptoKey)
  const made = await newLocalKey()
  const key = await db.transaction('rw', settings, async () => {
    const first = await settings.get('key')
    if (!first) await settings.put({ key: 'key', value: made })
    return (first?.value as CryptoKey | undefined) ?? made
  })
  return aesCipher(key)
}
