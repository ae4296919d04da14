import { Dexie } from 'dexie'
import type { StoreOwner } from './database-names.ts'
import { forgetKeptMarker } from './kept-marker.ts'

/** Apps before kept replicas in RxDB's Dexie storage, which puts this before the names it is given. */
const rxdbPrefix = 'rxdb-dexie-'

/**
 * Deletes every local database whose name begins with `prefix`, and returns their names. Removing an RxDB database
 * leaves its IndexedDB databases behind, so they are deleted by name. Close them first: an open one is deleted when its last user closes.
 */
export async function wipeDatabases(prefix: string): Promise<string[]> {
  const all = await indexedDB.databases()
  const names = all
    .map(({ name }) => name ?? '')
    .filter((name) => name.startsWith(prefix) || name.startsWith(`${rxdbPrefix}${prefix}`))
  await Promise.all(names.map((name) => Dexie.delete(name)))
  for (const name of names) forgetKeptMarker(name)
  return names
}

/** Whose databases of an office lie in this browser, as far as their names say. */
export async function ownersHere(tenantSlug: string): Promise<StoreOwner[]> {
  const found = new Map<string, StoreOwner>()
  for (const { name = '' } of await indexedDB.databases()) {
    const [app, slug, userId, deviceId, kind] = name.replace(rxdbPrefix, '').split(':')
    if (app !== 'sampark' || slug !== tenantSlug || !userId || !deviceId || !kind) continue
    found.set(`${userId}:${deviceId}`, { tenantSlug, userId, deviceId })
  }
  return [...found.values()]
}
