import { Dexie } from 'dexie'
import type { SealedRow } from '../outbox-row.ts'
import type { OutboxTables } from './outbox-tables.ts'

/** The first `most` commands without a verdict, by `seq`. Of the others only the keys are read: a queue may be long. */
export function readUnsent({ db, commands }: OutboxTables, most: number): Promise<{ rows: SealedRow[]; count: number }> {
  return db.transaction('r', commands, async () => {
    const keysOf = (state: SealedRow['state']) =>
      commands.where('[state+seq]').between([state, Dexie.minKey], [state, Dexie.maxKey]).primaryKeys()
    const keys = [...(await keysOf('pending')), ...(await keysOf('sent'))].sort((a, b) => a - b)
    const rows = await commands.bulkGet(keys.slice(0, most))
    return { rows: rows.filter((row) => row !== undefined), count: keys.length }
  })
}

/** All rows in this state, by `seq`. */
export function readInState({ commands }: Pick<OutboxTables, 'commands'>, state: SealedRow['state']): Promise<SealedRow[]> {
  return commands.where('[state+seq]').between([state, Dexie.minKey], [state, Dexie.maxKey]).toArray()
}
