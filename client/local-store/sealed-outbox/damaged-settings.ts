import { outboxName, type StoreOwner } from '../database-names.ts'
import { OutboxSeals, type SealedValue } from './outbox-seals.ts'
import { outboxCipher, outboxTables } from './outbox-tables.ts'

const prefix = 'sealed:'

/** Names of values whose bytes were changed on the disk. `Outbox.setting` gives null for them until they are written anew. */
export async function damagedSettings(owner: StoreOwner): Promise<string[]> {
  const tables = outboxTables(outboxName(owner))
  try {
    const seals = new OutboxSeals(await outboxCipher(tables))
    const kept = await tables.settings.where('key').startsWith(prefix).toArray()
    const names = kept.map(({ key, value }) => seals.openValue(value as SealedValue).then(() => [], () => [key.slice(prefix.length)]))
    return (await Promise.all(names)).flat()
  } finally {
    tables.db.close()
  }
}

/** Forgets a value that nobody can read any more. */
export async function dropSetting(owner: StoreOwner, name: string): Promise<void> {
  const { db, settings } = outboxTables(outboxName(owner))
  await settings.delete(`${prefix}${name}`).finally(() => db.close())
}
