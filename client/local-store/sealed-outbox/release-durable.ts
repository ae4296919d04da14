import { comparePositions, type DurableTo } from '#shared/protocol/position.ts'
import type { SealedRow } from '../outbox-row.ts'
import type { OutboxTables } from './outbox-tables.ts'
import { readInState } from './unsent-rows.ts'

/** Drops what the server surely keeps, see `Outbox.releaseDurable`; resolves to how many commands. */
export function releaseDurable(
  tables: OutboxTables,
  durableTo: DurableTo,
  { serverTime, generation }: { serverTime: number; generation: number }
): Promise<number> {
  const { db, commands, photos } = tables
  return db.transaction('rw', commands, photos, async () => {
    let released = 0
    for (const row of await readInState(tables, 'applied')) {
      if (!isDurable(row, durableTo, serverTime)) continue
      if (row.verdict === 'rejected' ? !row.acknowledged : row.generation !== generation) continue
      const held = photos.where('commandId').equals(row.id).filter(({ state }) => state !== 'dismissed')
      if (row.verdict !== 'rejected' && (await held.count()) > 0) continue
      await photos.where('commandId').equals(row.id).delete()
      await commands.delete(row.seq)
      released += 1
    }
    return released
  })
}

const dayMs = 86_400_000

/** `serverTime` is the server's clock, ms. */
function isDurable(row: Pick<SealedRow, 'receipt'>, durableTo: DurableTo, serverTime: number): boolean {
  if (!row.receipt) return false
  if (durableTo.position !== null) return comparePositions(row.receipt.position, durableTo.position) < 0
  return serverTime - row.receipt.receivedAt > durableTo.keepDays * dayMs
}
