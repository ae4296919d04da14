import type { StoreOwner } from '#client/local-store/database-names.ts'
import { outboxName } from '#client/local-store/database-names.ts'
import type { SealedRow } from '#client/local-store/outbox-row.ts'
import { outboxTables } from '#client/local-store/sealed-outbox/outbox-tables.ts'

/** Changes one byte of what a saved command holds, on the disk; gives the row as it lies there since. */
export async function damageRow(owner: StoreOwner, id: string): Promise<SealedRow> {
  const { db, commands } = outboxTables(outboxName(owner))
  const row = (await commands.where('id').equals(id).first())!
  const damaged = { ...row, content: row.content.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) }
  await commands.put(damaged)
  db.close()
  return damaged
}

export async function rowOnDisk(owner: StoreOwner, id: string): Promise<SealedRow | undefined> {
  const { db, commands } = outboxTables(outboxName(owner))
  return commands.where('id').equals(id).first().finally(() => db.close())
}
