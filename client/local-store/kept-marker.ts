import type { StoreOwner } from './database-names.ts'

/** What a browser that throws databases away leaves behind: small, readable at once, and not counted as storage. */
export interface KeptMarker {
  /** Commands and photos that waited to be sent. */
  unsent: number
  /** Device clock, ms. */
  at: number
}

type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

const nameOf = (tenantSlug: string, userId: string): string => `sampark:${tenantSlug}:${userId}:kept`

/** Null where nothing was kept on this device, or the browser keeps no such notes. */
export function readKeptMarker({ tenantSlug, userId }: StoreOwner, keeper: Keeper = localStorage): KeptMarker | null {
  try {
    const marker = JSON.parse(keeper.getItem(nameOf(tenantSlug, userId)) ?? 'null') as Partial<KeptMarker> | null
    return typeof marker?.unsent === 'number' && typeof marker.at === 'number' ? { unsent: marker.unsent, at: marker.at } : null
  } catch {
    return null
  }
}

export function writeKeptMarker({ tenantSlug, userId }: StoreOwner, marker: KeptMarker, keeper: Keeper = localStorage): void {
  try {
    keeper.setItem(nameOf(tenantSlug, userId), JSON.stringify(marker))
  } catch {
    // Without the note an eviction goes unnoticed; saving goes on.
  }
}

/** Deleted on purpose is not evicted. `database`: the name of an outbox. */
export function forgetKeptMarker(database: string, keeper: Keeper | undefined = globalThis.localStorage): void {
  const [, tenantSlug, userId, , kind] = database.split(':')
  if (kind === 'outbox' && tenantSlug && userId) keeper?.removeItem(nameOf(tenantSlug, userId))
}
