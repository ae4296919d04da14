import { Dexie } from 'dexie'
import type { OutboxState, SealedRow } from '../outbox-row.ts'
import type { OutboxTables } from './outbox-tables.ts'

type Commands = OutboxTables['commands']

/** By `seq`, between two of them where they are given; one request to the database, however many they are. */
const inState = (commands: Commands, state: OutboxState, [from, to]: readonly [unknown, unknown] = [Dexie.minKey, Dexie.maxKey]) =>
  commands.where('[state+seq]').between([state, from], [state, to], true, true)

/** The first `most` commands without a verdict, by `seq`. Of the others only the number is read: a queue may be long. */
export function readUnsent({ db, commands }: OutboxTables, most: number): Promise<{ rows: SealedRow[]; count: number }> {
  return db.transaction('r', commands, async () => {
    const both = [inState(commands, 'pending'), inState(commands, 'sent')]
    const [rows, counts] = await Promise.all([
      Promise.all(both.map((part) => part.clone().limit(most).toArray())),
      Promise.all(both.map((part) => part.count()))
    ])
    return { rows: rows.flat().sort((a, b) => a.seq - b.seq).slice(0, most), count: counts[0]! + counts[1]! }
  })
}

/** All rows in this state, by `seq`. */
export function readInState({ commands }: Pick<OutboxTables, 'commands'>, state: OutboxState): Promise<SealedRow[]> {
  return inState(commands, state).toArray()
}

/** Those that are in another state by now stay as they are. `seqs` in ascending order. */
export function markSent({ db, commands }: OutboxTables, seqs: readonly number[]): Promise<void> {
  const meant = new Set(seqs)
  return db.transaction('rw', commands, async () => {
    const rows = await inState(commands, 'pending', [seqs[0], seqs.at(-1)]).toArray()
    await commands.bulkPut(rows.filter(({ seq }) => meant.has(seq)).map((row) => ({ ...row, state: 'sent' })))
  })
}

/** The stored records of these settled rows are in the replica. */
export function markApplied({ db, commands }: OutboxTables, ids: readonly string[]): Promise<void> {
  const meant = new Set(ids)
  return db.transaction('rw', commands, async () => {
    const rows = await inState(commands, 'settled').toArray()
    await commands.bulkPut(rows.filter(({ id }) => meant.has(id)).map((row) => ({ ...row, state: 'applied', stored: null })))
  })
}

/** The rows with these ids, those on their way read in one request; within a transaction. */
export async function readByIds(commands: Commands, ids: readonly string[]): Promise<Map<string, SealedRow>> {
  const found = new Map((await inState(commands, 'sent').toArray()).map((row) => [row.id, row]))
  const others = await Promise.all(ids.filter((id) => !found.has(id)).map((id) => commands.get({ id })))
  for (const row of others) if (row) found.set(row.id, row)
  return found
}
