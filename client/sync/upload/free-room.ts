import type { ApiClient } from '#client/http/api-client.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import { askUpload } from './tus-upload.ts'

export interface FreedRoom {
  photos: number
  commands: number
  /** Of the photos. */
  bytes: number
}

/**
 * Drops what the server surely has, and nothing else: commands behind the durable mark, photos that it holds and has
 * checked (it is asked, one by one), photos whose command is gone. What is unsent stays, however full the device is.
 */
export async function freeRoom({ outbox, api }: { outbox: Outbox; api: ApiClient }): Promise<FreedRoom> {
  const orphans = await dropOrphans(outbox)
  const checked = await dropChecked(outbox, api)
  return { photos: orphans.photos + checked.photos, bytes: orphans.bytes + checked.bytes, commands: await dropDurable(outbox) }
}

/** Photos without a command. They are read first: one that is saved meanwhile has its command in the same transaction. */
export async function dropOrphans(outbox: Outbox): Promise<Omit<FreedRoom, 'commands'>> {
  const blobs = await outbox.blobs()
  const known = new Set((await outbox.rows()).map(({ id }) => id))
  const orphans = blobs.filter(({ commandId }) => !known.has(commandId))
  for (const { photoId } of orphans) await outbox.removeBlob(photoId)
  return { photos: orphans.length, bytes: orphans.reduce((sum, { size }) => sum + size, 0) }
}

async function dropChecked(outbox: Outbox, api: ApiClient): Promise<Omit<FreedRoom, 'commands'>> {
  const dropped = { photos: 0, bytes: 0 }
  for (const { photoId, state, size } of await outbox.blobs()) {
    if (state !== 'uploaded') continue
    const reply = await askUpload(api, photoId).catch(() => null)
    if (reply?.state !== 'ready') continue
    await outbox.removeBlob(photoId)
    dropped.photos += 1
    dropped.bytes += size
  }
  return dropped
}

/** Not while a row belongs to another generation: it must be sent again first. Refusals are not sent again. */
async function dropDurable(outbox: Outbox): Promise<number> {
  const { generation, durableTo } = await outbox.marks()
  const serverTime = await outbox.setting<number>('lastPulledAt')
  if (!durableTo || generation === null || serverTime === null) return 0
  const received = (await outbox.rows()).filter((row) => row.receipt !== null && row.verdict !== 'rejected')
  return received.every((row) => row.generation === generation) ? outbox.releaseDurable(durableTo, { serverTime, generation }) : 0
}
