import { z } from 'zod'
import { uuidSchema } from '../ids.ts'

/** Most bytes of one photo, as announced and as uploaded. Phones scale theirs to about 200 kB before. */
export const maxPhotoBytes = 10_000_000

/** A photo as a command announces it. `sha256` (hex) and `size` are those of the bytes that will be uploaded. */
export const announcedPhotoSchema = z.object({
  id: z.uuid().toLowerCase(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().positive().max(maxPhotoBytes)
})
export type AnnouncedPhoto = z.infer<typeof announcedPhotoSchema>

/**
 * Why a photo is refused for good. `not_an_image`: its content is none of JPEG, PNG, WebP, AVIF or HEIF, whatever its
 * name says. `unsupported_image`: an image this server cannot read. `too_many_pixels`: too large to be opened safely.
 * `damaged`: it cannot be decoded to its end. `virus`: the scanner of the installation found something in it.
 */
export const refusalReasons = ['not_an_image', 'unsupported_image', 'too_many_pixels', 'damaged', 'virus'] as const
export const refusalReasonSchema = z.enum(refusalReasons)
export type RefusalReason = z.infer<typeof refusalReasonSchema>

/** Body of `POST /api/v1/uploads`. */
export const uploadRequestSchema = z.object({ photoId: uuidSchema })

/**
 * What is to be done about a photo. `expected`: upload it by tus 1.0.0 to `endpoint` (create) with
 * `Authorization: Bearer <token>` on every request, before `expiresAt` (ms, server clock); then ask for a new token.
 */
export const uploadReplySchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('expected'),
    photoId: uuidSchema,
    token: z.string(),
    expiresAt: z.int(),
    endpoint: z.string()
  }),
  z.object({ state: z.literal('ready'), photoId: uuidSchema }),
  z.object({ state: z.literal('refused'), photoId: uuidSchema, reason: refusalReasonSchema })
])
export type UploadReply = z.infer<typeof uploadReplySchema>

/** Sizes in which a stored photo is served: at most 2048 px, or 320 px, along the longer edge. */
export const photoSizes = ['full', 'thumb'] as const
export type PhotoSize = (typeof photoSizes)[number]
