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

/** Changes one byte of the photo as it lies on the disk; gives its bytes there since. */
export async function damagePhoto(owner: StoreOwner, photoId: string): Promise<Uint8Array> {
  const { db, photos } = outboxTables(outboxName(owner))
  const row = (await photos.get(photoId))!
  const bytes = new Uint8Array(await row.sealed.arrayBuffer()).map((byte, at) => (at === 20 ? byte ^ 1 : byte))
  await photos.update(photoId, { sealed: new Blob([bytes]) })
  db.close()
  return bytes
}

export async function photoOnDisk(owner: StoreOwner, photoId: string): Promise<Uint8Array | null> {
  const { db, photos } = outboxTables(outboxName(owner))
  const row = await photos.get(photoId).finally(() => db.close())
  return row ? new Uint8Array(await row.sealed.arrayBuffer()) : null
}

/** Changes one byte of a kept setting. */
export async function damageSetting(owner: StoreOwner, name: string): Promise<void> {
  const { db, settings } = outboxTables(outboxName(owner))
  const { value } = (await settings.get(`sealed:${name}`)) as { value: { json: Uint8Array<ArrayBuffer> } }
  await settings.put({ key: `sealed:${name}`, value: { json: value.json.map((byte, at) => (at === 15 ? byte ^ 1 : byte)) } })
  db.close()
}
