import { z } from 'zod'
import { photoSchema, type Grievance } from './grievance.ts'

/** Photos that come with a command. Their bytes are uploaded after it was accepted. */
export const newPhotosSchema = z.array(photoSchema.omit({ state: true })).max(5)
export type NewPhotos = z.infer<typeof newPhotosSchema>

/** The grievance with further photos, whose bytes have not arrived. */
export function withPhotos(grievance: Grievance, photos: NewPhotos): Grievance {
  if (photos.length === 0) return grievance
  return { ...grievance, photos: [...grievance.photos, ...photos.map((photo) => ({ ...photo, state: 'expected' as const }))] }
}

/** What the `changes` of a timeline entry say of the photos that came with it. */
export function photosChange(photos: NewPhotos): { photos?: [null, string[]] } {
  return photos.length > 0 ? { photos: [null, photos.map(({ id }) => id)] } : {}
}

/** Ids of the photos that came with a timeline entry. */
export function photosOfEntry(changes: Readonly<Record<string, readonly [unknown, unknown]>>): string[] {
  const added = z.array(z.uuid()).safeParse(changes['photos']?.[1])
  return added.success ? added.data : []
}
