import type { OutboxTables, PlainBlobRow, PlainRow } from './outbox-tables.ts'
import type { OutboxSeals, SealedValue } from './outbox-seals.ts'
import type { SealedBlobRow, SealedRow } from '../outbox-row.ts'

/** Rows sealed and moved as one: few enough that a kill repeats little. */
const rowsAtOnce = 50

/**
 * Seals what version 1 left, a few rows at a time: sealed first, then moved in one transaction if nobody has changed them
 * meanwhile. Killed anywhere, each row is in one table, whole; the next start goes on. Two pages may do it at once.
 */
export async function sealPlainRows(tables: OutboxTables, seals: OutboxSeals): Promise<void> {
  let left = 1
  while (left > 0) {
    left = (await sealCommands(tables, seals)) + (await sealBlobs(tables, seals)) + (await sealSettings(tables, seals))
  }
}

async function sealCommands({ db, plainCommands, commands }: OutboxTables, seals: OutboxSeals): Promise<number> {
  const seen = await plainCommands.limit(rowsAtOnce).toArray()
  const sealed = await Promise.all(seen.map((row) => sealedOf(row, seals)))
  if (sealed.length === 0) return 0
  await db.transaction('rw', plainCommands, commands, async () => {
    for (const [at, row] of sealed.entries()) {
      if (!isSame(await plainCommands.get(row.seq), seen[at])) continue
      await commands.put(row)
      await plainCommands.delete(row.seq)
    }
  })
  return seen.length
}

/** Everything else about a saved command stays as it is. */
function isSame(now: PlainRow | undefined, seen: PlainRow | undefined): boolean {
  const course = (row: PlainRow) => JSON.stringify({ ...row, command: null })
  return now !== undefined && seen !== undefined && course(now) === course(seen)
}

async function sealedOf(row: PlainRow, seals: OutboxSeals): Promise<SealedRow> {
  const { command, title, subject, writes, touches, fields, stored, ...course } = row
  const { seq: _seq, ...rest } = command
  const content = await seals.sealContent({ command: rest, title, subject, writes, touches })
  return { ...course, content, ...(await seals.sealAnswer({ fields, stored })) }
}

async function sealBlobs({ db, plainBlobs, photos }: OutboxTables, seals: OutboxSeals): Promise<number> {
  const [seen] = await plainBlobs.limit(1).toArray()
  if (!seen) return 0
  const sealed = await seals.sealPhoto(seen, { commandId: seen.commandId, subject: seen.subject })
  await db.transaction('rw', plainBlobs, photos, async () => {
    const now = await plainBlobs.get(seen.photoId)
    if (!now) return
    await photos.put(sealedPhotoAt(now, sealed))
    await plainBlobs.delete(seen.photoId)
  })
  return 1
}

function sealedPhotoAt({ state, uploadUrl, offset }: PlainBlobRow, sealed: SealedBlobRow): SealedBlobRow {
  return { ...sealed, state, uploadUrl, offset }
}

async function sealSettings({ db, settings }: OutboxTables, seals: OutboxSeals): Promise<number> {
  const [seen] = await settings.where('key').startsWith('own:').limit(1).toArray()
  if (!seen) return 0
  const value: SealedValue = await seals.sealValue(seen.value)
  await db.transaction('rw', settings, async () => {
    if (!(await settings.get(seen.key))) return
    await settings.put({ key: seen.key.replace('own:', 'sealed:'), value })
    await settings.delete(seen.key)
  })
  return 1
}
