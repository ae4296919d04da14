import { rescueLimits, type RescueContent } from '#shared/rescue/rescue-file.ts'
import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { StoreOwner } from '#client/local-store/database-names.ts'
import type { BlobRow, OutboxRow } from '#client/local-store/outbox-row.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import { isDamaged } from '#client/local-store/sealed-outbox/damaged-row.ts'
import { ephemeralPair, sealRescueFile } from './seal-rescue-file.ts'

/** What leaves the phone: files for the office, and the ids of what is in them. */
export interface RescueFiles {
  files: Blob[]
  commandIds: string[]
  photoIds: string[]
}

type Queue = Pick<RescueContent, 'items' | 'photos'> & { bytes: number }

/** Room for one more part in a file, with its head and seals. */
const roomBytes = rescueLimits.fileBytes - 1_000_000

/**
 * Everything the server has not confirmed, as one sealed file, or several where it is too much for one: commands without a
 * verdict, and photos still here with the command that announced them. Of what
 * cannot be read any more the first file says how much it is. The outbox is only read. Nothing unsent: no file.
 */
export async function makeRescueFiles(outbox: Outbox, office: { key: RescueKey; owner: StoreOwner; clock: DeviceClock }): Promise<RescueFiles> {
  const { owner, clock } = office
  const rows = await outbox.rows()
  const blobs = await outbox.blobs()
  const toHandOver = rows.filter((row) => row.verdict === null || photosOf(row, blobs).length > 0)
  const queues = queuesOf(toHandOver.filter((row) => !isDamaged(row)), blobs)
  let damaged = toHandOver.filter(isDamaged).length
  if (damaged > 0 && queues.length === 0) queues.push({ items: [], photos: [], bytes: 0 })
  const files: Blob[] = []
  for (const { items, photos } of queues) {
    const opened = await Promise.all(photos.map(({ id }) => outbox.photo(id).catch(() => 'damaged' as const)))
    damaged += opened.filter((photo) => photo === 'damaged').length
    const here = photos.filter((_photo, at) => opened[at] instanceof Blob)
    const content = { authorId: owner.userId, items, photos: here, ...(damaged > 0 && { damaged }) }
    damaged = 0
    const parts = { tenantSlug: owner.tenantSlug, deviceId: owner.deviceId, createdAt: clock.now(), content, photos: opened.filter((photo) => photo instanceof Blob) }
    files.push(await sealRescueFile(office.key, parts, await ephemeralPair()))
  }
  return {
    files,
    commandIds: [...new Set(queues.flatMap((queue) => queue.items.map((item) => item.command.id)))],
    photoIds: queues.flatMap((queue) => queue.photos.map((photo) => photo.id))
  }
}

const photosOf = (row: OutboxRow, blobs: readonly BlobRow[]): BlobRow[] =>
  row.verdict === 'rejected' ? [] : blobs.filter((blob) => blob.commandId === row.id && blob.state !== 'refused' && blob.state !== 'dismissed')

function queuesOf(rows: readonly OutboxRow[], blobs: readonly BlobRow[]): Queue[] {
  const queues: Queue[] = []
  const has = (bytes: number, photos: number): boolean => {
    const last = queues.at(-1)
    return last !== undefined && last.bytes + bytes <= roomBytes && last.items.length < rescueLimits.commands && last.photos.length + photos <= rescueLimits.photos
  }
  for (const row of rows) {
    const own = photosOf(row, blobs)
    const item = { command: row.command, title: row.title.slice(0, 300) }
    const into = (bytes: number, photos: number): Queue => {
      if (!has(bytes, photos)) queues.push({ items: [], photos: [], bytes: 0 })
      const queue = queues.at(-1) as Queue
      if (queue.items.at(-1)?.command.id !== row.id) {
        queue.items.push(item)
        queue.bytes += row.bytes + 1_000
      }
      return queue
    }
    into(row.bytes, 0)
    for (const blob of own) {
      const queue = into(blob.size + row.bytes, 1)
      queue.photos.push(photoOf(blob, row))
      queue.bytes += blob.size
    }
  }
  return queues
}

function photoOf({ photoId, sha256, size, subject }: BlobRow, row: OutboxRow): RescueContent['photos'][number] {
  const record = subject ?? row.subject
  return { id: photoId, sha256, size, commandId: row.id, subjectType: record?.type ?? '', subjectId: record?.id ?? row.id }
}
