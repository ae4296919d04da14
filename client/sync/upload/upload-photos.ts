import type { LockPort } from '#client/device/locks.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError } from '#client/http/api-error.ts'
import type { BlobRow } from '#client/local-store/outbox-row.ts'
import type { Outbox } from '#client/local-store/outbox.ts'
import { askUpload, uploadByTus } from './tus-upload.ts'

export interface UploadParts {
  outbox: Outbox
  api: ApiClient
  locks: LockPort
  /** Asked before each photo: false leaves the rest for another line. */
  maySend?(): Promise<boolean>
  /** Whoever else uploads is taken for frozen. */
  steal?: boolean
  /** After each photo that is sent: its record may say already that the server has checked it. */
  onSent?(): Promise<void>
}

export type UploadOutcome = { kind: 'clean' | 'busy' } | { kind: 'failed'; retryAfterMs: number | null }

const refusedStatuses: ReadonlySet<number> = new Set([400, 413, 415, 422])

/** Sends the photos of accepted commands, oldest command first. One that is refused or cannot be read is marked and shown; the others go on. */
export async function uploadPhotos(parts: UploadParts): Promise<UploadOutcome> {
  const run = await parts.locks.tryHold(`${parts.outbox.name}:upload`, () => sendAll(parts), parts.steal)
  return run.held ? run.result : { kind: 'busy' }
}

async function sendAll(parts: UploadParts): Promise<UploadOutcome> {
  let result: UploadOutcome = { kind: 'clean' }
  await askUploaded(parts)
  for (const photo of await readyPhotos(parts.outbox)) {
    if (parts.maySend && !(await parts.maySend())) return result
    const blob = await parts.outbox.photo(photo.photoId).catch(() => 'damaged' as const)
    if (blob === 'damaged') await parts.outbox.updateBlob(photo.photoId, { state: 'damaged' })
    if (blob === 'damaged' || blob === null) continue
    try {
      await parts.outbox.updateBlob(photo.photoId, { state: 'uploading' })
      const outcome = await uploadByTus(parts.api, { ...photo, blob }, (change) => parts.outbox.updateBlob(photo.photoId, change))
      await (outcome === 'refused'
        ? parts.outbox.updateBlob(photo.photoId, { state: 'refused' })
        : parts.outbox.updateBlob(photo.photoId, { state: 'uploaded', offset: photo.size }))
      await parts.onSent?.()
    } catch (error) {
      const refused = error instanceof ApiError && refusedStatuses.has(error.status)
      await parts.outbox.updateBlob(photo.photoId, { state: refused ? 'refused' : 'waiting' })
      if (!refused) result = { kind: 'failed', retryAfterMs: error instanceof ApiError ? error.retryAfterMs : null }
      if (!(error instanceof ApiError)) return result
    }
  }
  return result
}

/** Photos sent in an earlier run whose record this phone may no longer hold: the server itself is asked. */
async function askUploaded({ outbox, api }: UploadParts): Promise<void> {
  for (const { photoId, state } of await outbox.blobs()) {
    if (state !== 'uploaded') continue
    const reply = await askUpload(api, photoId).catch(() => null)
    if (reply?.state === 'ready') await outbox.removeBlob(photoId)
    if (reply?.state === 'refused') await outbox.updateBlob(photoId, { state: 'refused' })
  }
}

/** Photos whose command the server has accepted, in order of saving. */
async function readyPhotos(outbox: Outbox): Promise<BlobRow[]> {
  const rows = await outbox.rows()
  const accepted = new Map(
    rows.filter((row) => row.verdict === 'applied' || row.verdict === 'merged').map((row) => [row.id, row.seq])
  )
  const photos = (await outbox.blobs()).filter(
    (blob) => accepted.has(blob.commandId) && (blob.state === 'waiting' || blob.state === 'uploading')
  )
  return photos.sort((a, b) => (accepted.get(a.commandId) ?? 0) - (accepted.get(b.commandId) ?? 0))
}
