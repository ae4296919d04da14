import { join } from 'node:path'
import type { Module } from '../../module.ts'
import { acceptedKeys } from '../../ports/derive-key.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { SyncPart } from '../../sync/registry.ts'
import { announcedPhotosSync } from './announced-photos.ts'
import { forgetPhotos } from './forget-photos.ts'
import type { FilesNeeds, PhotoSubject } from './needs.ts'
import { photoRoute, smallPhoto } from './photo-routes.ts'
import { keepPhoto, preparePhoto, storePhoto, type PhotoOutcome, type PreparedPhoto } from './store-photo.ts'
import { startUploadJobs } from './uploads/upload-jobs.ts'
import { createPartialUploads } from './uploads/partial-uploads.ts'
import { tusRoutes } from './uploads/tus-routes.ts'
import { uploadRoute } from './uploads/upload-route.ts'
import { createUploadTokens, type UploadClaims } from './uploads/upload-token.ts'

export interface FilesModule extends Module {
  readonly sync: SyncPart
  /** A token to upload one announced photo, for citizens, who have no session. `expiresAt` in ms, server clock. */
  issueUploadToken(upload: UploadClaims): Promise<{ token: string; expiresAt: number }>
  /** The heavy part of storing, before a transaction is opened. Not shown to the virus scanner: `keepPhoto` does. */
  preparePhoto(bytes: Uint8Array): Promise<PreparedPhoto>
  /** Stores a prepared photo inside a transaction. The caller tells the streams after his commit. */
  storePhoto(
    tx: Tx,
    photo: { photoId: string; subject: PhotoSubject; filedBy?: string | null; prepared: PreparedPhoto }
  ): Promise<PhotoOutcome>
  /** Prepares, stores and tells, in a transaction of its own. */
  keepPhoto(photo: {
    tenantId: string
    photoId: string
    subject: PhotoSubject
    bytes: Uint8Array
    filedBy?: string | null
  }): Promise<PhotoOutcome>
  /** Forgets the photos of these records inside a transaction; `removeFiles` is for after the commit. */
  forgetPhotos(tx: Tx, subjectIds: readonly string[]): ReturnType<typeof forgetPhotos>
  /** The small picture (JPEG) of a photo of this record, for a reader whose right to the record was checked; null while there is none. */
  smallPhoto(photo: { tenantId: string; photoId: string; subject: PhotoSubject }): Promise<Buffer | null>
}

/** Photos: announced by commands, uploaded resumably, judged, stored, and shown to those who may see their record. */
export function createFilesModule(needs: FilesNeeds): FilesModule {
  const tokens = createUploadTokens(acceptedKeys(needs.config))
  const partials = createPartialUploads(join(needs.config.DATA_DIR, 'uploads'))
  const parts = { ...needs, tokens, partials }
  return {
    name: 'files',
    routes: [uploadRoute(parts), ...tusRoutes(parts), photoRoute(needs)],
    start: { scheduler: async () => startUploadJobs(parts) },
    sync: announcedPhotosSync(needs.clock),
    issueUploadToken: (upload) => tokens.sign(upload, needs.clock.now()),
    preparePhoto: (bytes) => preparePhoto(bytes),
    storePhoto: (tx, photo) => storePhoto(tx, needs, photo),
    keepPhoto: (photo) => keepPhoto(needs, photo),
    forgetPhotos: (tx, subjectIds) => forgetPhotos(tx, needs.fileStore, subjectIds),
    smallPhoto: (photo) => smallPhoto(needs, photo)
  }
}
