import type { NewPhotos } from '#shared/grievances/grievance-photos.ts'
import type { ScaledPhoto } from '#client/device/photos/photo-scaler.ts'
import type { NewBlob } from '#client/local-store/outbox-row.ts'

/** A photo that somebody chose for a step or a remark, made small. */
export interface ChosenPhoto {
  readonly photoId: string
  readonly photo: ScaledPhoto
}

/** What the command says of the photos; nothing where there are none. */
export function photoArgs(chosen: readonly ChosenPhoto[]): { photos?: NewPhotos } {
  if (chosen.length === 0) return {}
  return { photos: chosen.map(({ photoId, photo }) => ({ id: photoId, sha256: photo.sha256, size: photo.blob.size })) }
}

/** Their bytes, to be saved or sent with the command. */
export function photoBlobs(chosen: readonly ChosenPhoto[]): NewBlob[] {
  return chosen.map(({ photoId, photo }) => ({ photoId, sha256: photo.sha256, blob: photo.blob }))
}
