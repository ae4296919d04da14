import { outboxName } from '#client/local-store/database-names.ts'
import type { Device } from './device.ts'
import { beginLife, Life, lifeSlug, withoutLife } from './lives.ts'

/**
 * Leaves the outbox of a closed phone as the version before encryption had it: database version 1 with commands, blobs and
 * settings in the clear. The app that opens it next seals it row by row. Photos are not part of the soak.
 */
export async function leaveOlderOutbox(device: Device): Promise<void> {
  const { slug, userId, deviceId, realms } = device.parts
  const code = device.code ?? (await realms.take())
  device.life = new Life(device.life.number + 1)
  beginLife(deviceId, device.life)
  const owner = { tenantSlug: lifeSlug(slug, device.life.number), userId, deviceId }
  const name = withoutLife(outboxName(owner))
  const outbox = new code.Outbox(owner)
  const rows = await outbox.rows()
  const settings = await plainSettings(name, (key) => outbox.setting(key))
  outbox.close()
  if (!device.code) realms.giveBack(code)
  await asked(indexedDB.deleteDatabase(name))
  const old = await openVersionOne(name)
  const writing = old.transaction(['commands', 'settings'], 'readwrite')
  for (const row of rows) writing.objectStore('commands').put(row)
  for (const setting of settings) writing.objectStore('settings').put(setting)
  await new Promise((resolve, reject) => {
    writing.oncomplete = resolve
    writing.onabort = () => reject(new Error('The older outbox was not written.'))
  })
  old.close()
}

/** Counters as they are, and what the app itself keeps there under the names of version 1. */
async function plainSettings(name: string, open: (key: string) => Promise<unknown>): Promise<{ key: string; value: unknown }[]> {
  const database = await asked(indexedDB.open(name))
  const kept = (await asked(database.transaction('settings').objectStore('settings').getAll())) as { key: string; value: unknown }[]
  database.close()
  const counters = kept.filter(({ key }) => key === 'seq' || key === 'marks')
  const own = kept.flatMap(({ key }) => (key.startsWith('sealed:') ? [key.slice('sealed:'.length)] : []))
  return [...counters, ...(await Promise.all(own.map(async (key) => ({ key: `own:${key}`, value: await open(key) }))))]
}

/** Dexie's version 1 is IndexedDB's version 10. */
function openVersionOne(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, 10)
  opening.onupgradeneeded = () => {
    const commands = opening.result.createObjectStore('commands', { keyPath: 'seq' })
    commands.createIndex('id', 'id', { unique: true })
    commands.createIndex('[state+seq]', ['state', 'seq'])
    const blobs = opening.result.createObjectStore('blobs', { keyPath: 'photoId' })
    for (const field of ['commandId', 'state']) blobs.createIndex(field, field)
    opening.result.createObjectStore('settings', { keyPath: 'key' })
  }
  return asked(opening)
}

function asked<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('The request failed.'))
  })
}
