import { createHash } from 'node:crypto'
import { AppError } from '#shared/errors.ts'
import type { RefusalReason } from '#shared/files/upload.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import type { VirusScanner } from '../../ports/virus-scanner.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { recordAnnouncement } from '../../sync/announce-records.ts'
import { expectPhotos, findAttachment, markReady, markRefused } from './attachment-store.ts'
import { prepareImage, type ImageVerdict, type PreparedImage } from './images/prepare-image.ts'
import type { FilesNeeds, PhotoSubject } from './needs.ts'

export type StoreDeps = Pick<FilesNeeds, 'fileStore' | 'clock' | 'newId' | 'photoSettled'>
export type KeepDeps = StoreDeps & Pick<FilesNeeds, 'database' | 'announce' | 'scanner'>

/** A photo judged and encoded anew, with hash and size of the bytes it came as. */
export interface PreparedPhoto {
  readonly sha256: string
  readonly size: number
  readonly verdict: ImageVerdict
  /** What the virus scanner calls it. */
  readonly found?: string
}

export type PhotoOutcome = { readonly state: 'ready' } | { readonly state: 'refused'; readonly reason: RefusalReason }

/**
 * The heavy part, to be done before a transaction is opened: decoding takes up to seconds. With a scanner the bytes are shown to it
 * before anything else looks at them. Throws `unavailable` while it is away: nothing is decided then, and the same bytes come again.
 */
export async function preparePhoto(bytes: Uint8Array, scanner: VirusScanner | null = null): Promise<PreparedPhoto> {
  const facts = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.byteLength }
  const scan = await scanner?.scan(bytes)
  if (scan?.kind === 'away') throw new AppError('unavailable', 'The virus scanner does not answer; the photo waits.')
  if (scan?.kind === 'found') return { ...facts, verdict: { ok: false, reason: 'virus' }, found: scan.name }
  return { ...facts, verdict: await prepareImage(bytes) }
}

/**
 * Stores a prepared photo of a record inside the caller's transaction, announcing it first where no command did. A photo
 * that is settled already keeps its state. Throws `unprocessable` when other bytes were announced under this id, and
 * `conflict` when the id belongs to another record.
 */
export async function storePhoto(
  tx: Tx,
  deps: StoreDeps,
  photo: { photoId: string; subject: PhotoSubject; filedBy?: string | null; prepared: PreparedPhoto }
): Promise<PhotoOutcome> {
  const { photoId, subject, prepared } = photo
  const { sha256, size } = prepared
  await expectPhotos(tx, [{ id: photoId, sha256, size, subject, filedBy: photo.filedBy ?? null }], deps.clock.now())
  const attachment = await findAttachment(tx, photoId, { lock: true })
  if (attachment?.subject.type !== subject.type || attachment.subject.id !== subject.id) {
    throw new AppError('conflict', 'This photo belongs to another record.')
  }
  if (attachment.sha256 !== sha256) throw otherBytes()
  if (attachment.state === 'ready') return { state: 'ready' }
  if (attachment.state === 'refused') return { state: 'refused', reason: attachment.reason ?? 'damaged' }
  const outcome = await settle(tx, deps, { photoId, prepared })
  await deps.photoSettled(tx, { subject, photoId, state: outcome.state })
  return outcome
}

/** `storePhoto` from the bytes on, with a transaction of its own, and told to the open streams. */
export async function keepPhoto(
  deps: KeepDeps,
  photo: { tenantId: string; photoId: string; subject: PhotoSubject; bytes: Uint8Array; filedBy?: string | null }
): Promise<PhotoOutcome> {
  const prepared = await preparePhoto(photo.bytes, deps.scanner)
  const done = await deps.database.withTenant({ tenantId: photo.tenantId }, async (tx) => {
    const outcome = await storePhoto(tx, deps, { ...photo, prepared })
    return { outcome, change: await recordAnnouncement(tx, [photo.subject.id]) }
  })
  if (done.change) deps.announce(done.change)
  return done.outcome
}

/** That the bytes are not the announced ones says nothing about the photo: they may be sent again. */
export function otherBytes(): AppError {
  const message = 'The bytes are not those that were announced. Send them again from the start.'
  return new AppError('unprocessable', message, [{ path: 'sha256', message: 'Does not match' }])
}

/** Files first, then the row: a crash between them leaves files that the next try writes again. */
async function settle(
  tx: Tx,
  deps: StoreDeps,
  settled: { photoId: string; prepared: PreparedPhoto }
): Promise<PhotoOutcome> {
  const { photoId, prepared: { verdict, found } } = settled
  if (!verdict.ok) {
    await markRefused(tx, photoId, verdict.reason)
    if (found !== undefined) await recordAudit(tx, deps, { action: 'photo.refuse', actor: null, subject: { type: 'photo', id: photoId }, after: { reason: verdict.reason, found } })
    return { state: 'refused', reason: verdict.reason }
  }
  await putVariants(deps, tx.tenantId, { photoId, image: verdict })
  await markReady(tx, { id: photoId, image: verdict, now: deps.clock.now() })
  return { state: 'ready' }
}

async function putVariants(
  deps: StoreDeps,
  tenantId: string,
  photo: { photoId: string; image: PreparedImage }
): Promise<void> {
  const { photoId: id, image } = photo
  await deps.fileStore.put({ tenantId, id, variant: 'full' }, image.full)
  await deps.fileStore.put({ tenantId, id, variant: 'thumb' }, image.thumb)
}
