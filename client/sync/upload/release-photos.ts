import type { CollectionName, RecordRef } from '#shared/protocol/collection-names.ts'
import type { LocalRecord } from '#client/local-store/local-record.ts'
import type { Outbox } from '#client/local-store/outbox.ts'

type ReadRecords = (collection: CollectionName, ids: string[]) => Promise<Map<string, LocalRecord>>

/**
 * Lets go of photos that the server holds and has checked: the record's `photos` says `ready`. One that it refused is
 * marked and stays.
 */
export async function releasePhotos(outbox: Outbox, read: ReadRecords): Promise<void> {
  for (const blob of await outbox.blobs()) {
    if (blob.state !== 'uploaded' || !blob.subject) continue
    const state = await photoState(blob.photoId, blob.subject, read)
    if (state === 'ready') await outbox.removeBlob(blob.photoId)
    if (state === 'refused') await outbox.updateBlob(blob.photoId, { state: 'refused' })
  }
}

async function photoState(photoId: string, subject: RecordRef, read: ReadRecords): Promise<string | null> {
  const record = (await read(subject.collection, [subject.id])).get(subject.id)
  const photos = Array.isArray(record?.['photos']) ? (record['photos'] as { id?: string; state?: string }[]) : []
  return photos.find((photo) => photo.id === photoId)?.state ?? null
}
