import { AppError } from '#shared/errors.ts'
import type { FilesNeeds } from '../needs.ts'
import { otherBytes, preparePhoto, storePhoto } from '../store-photo.ts'
import { recordAnnouncement } from '../../../sync/announce-records.ts'
import type { Attachment } from '../attachment-store.ts'
import type { PartialUploads } from './partial-uploads.ts'

/**
 * Judges an upload whose bytes have all arrived, stores the photo and tells everybody who sees its record. Can be
 * repeated after a crash at any point, and after `unavailable` while the virus scanner is away: the bytes wait. Throws `unprocessable` for other bytes than announced, which may be sent again,
 * and for what is no photo, which may not.
 */
export async function finishUpload(
  deps: FilesNeeds & { partials: PartialUploads },
  upload: { tenantId: string; attachment: Attachment }
): Promise<void> {
  const { tenantId, attachment } = upload
  const { id: photoId, subject, filedBy } = attachment
  const bytes = await deps.partials.read({ tenantId, photoId })
  if (!bytes) throw new AppError('not_found', 'This upload was not begun.')
  const prepared = await preparePhoto(bytes, deps.scanner)
  if (prepared.sha256 !== attachment.sha256) {
    await deps.partials.remove({ tenantId, photoId })
    throw otherBytes()
  }
  const { outcome, change } = await deps.database.withTenant({ tenantId }, async (tx) => ({
    outcome: await storePhoto(tx, deps, { photoId, subject, filedBy, prepared }),
    change: await recordAnnouncement(tx, [subject.id])
  }))
  if (change) deps.announce(change)
  await deps.partials.remove({ tenantId, photoId })
  if (outcome.state === 'refused') throw refusedPhoto(outcome.reason)
}

/** The answer for a photo that was refused for good. */
export function refusedPhoto(reason: string | null): AppError {
  const message = reason ?? 'damaged'
  const detail = message === 'virus' ? 'A virus was found in the file.' : `The file was refused: ${message}.`
  return new AppError('unprocessable', detail, [{ path: 'photo', message }])
}
