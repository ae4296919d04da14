import { isStorageFull } from '#client/device/storage-quota.ts'

/**
 * Saves; where there is no room, drops what the server surely has and tries once more. `save` leaves nothing behind when it
 * throws. Rejects with the last error, `isStorageFull` says whether it is still about room.
 */
export async function saveWithRoom<Saved>(save: () => Promise<Saved>, freeRoom: () => Promise<unknown>): Promise<Saved> {
  try {
    return await save()
  } catch (error) {
    if (!isStorageFull(error)) throw error
    await freeRoom().catch(() => undefined)
    return save()
  }
}
