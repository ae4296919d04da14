import { announcedPhotoSchema } from '#shared/files/upload.ts'
import type { RecordedEvent, SyncPart } from '../../sync/registry.ts'
import { expectPhotos, type ExpectedPhoto } from './attachment-store.ts'

/** Takes down every photo that an accepted command announces in `args.photos`, for the record its event is about. */
export function announcedPhotosSync(clock: { now(): number }): SyncPart {
  return {
    commands: [],
    records: [],
    onEvents: (tx, events) => expectPhotos(tx, events.flatMap(photosOf), clock.now())
  }
}

/** The rule has judged the args already; here only the shape of a photo is read, whatever the noun. */
function photosOf({ event, command, actor }: RecordedEvent): ExpectedPhoto[] {
  const photos = announcedPhotoSchema.array().safeParse(command.args['photos'])
  if (!photos.success) return []
  return photos.data.map((photo) => ({ ...photo, subject: event.subject, filedBy: actor.userId }))
}
