import sharp, { type Sharp } from 'sharp'
import type { RefusalReason } from '#shared/files/upload.ts'
import { imageKind } from './image-kind.ts'
import { createTurnstile } from './turnstile.ts'

export interface PreparedImage {
  readonly ok: true
  readonly contentType: 'image/jpeg'
  /** JPEG, at most 2048 px along the longer edge, upright, without any metadata. */
  readonly full: Buffer
  /** JPEG, at most 320 px along the longer edge. */
  readonly thumb: Buffer
  /** Of `full`, in pixels. */
  readonly width: number
  readonly height: number
}

export type ImageVerdict = PreparedImage | { readonly ok: false; readonly reason: RefusalReason }

/** Most pixels that are opened: more than any phone's normal photo, and 120 MB decoded at worst. */
export const maxPixels = 40_000_000
const fullEdge = 2048
const thumbEdge = 320
/** libvips gives up on one image after so many seconds. */
const timeoutSeconds = 20

/** Decoding is heavy: so many at once in a process, the others wait. */
const turnstile = createTurnstile(2)

/**
 * Decodes an image that a stranger sent and encodes it anew, so that nothing of the original file survives but what is
 * seen: EXIF (place, device, thumbnail), comments, profiles and appended bytes are gone. The first frame of an animation.
 */
export function prepareImage(bytes: Uint8Array): Promise<ImageVerdict> {
  const kind = imageKind(bytes)
  if (!kind) return Promise.resolve({ ok: false, reason: 'not_an_image' })
  return turnstile.pass(async () => {
    const { reason } = await judgeHeader(bytes, kind)
    return reason ? { ok: false, reason } : encodeAnew(bytes)
  })
}

const openingOptions = { limitInputPixels: maxPixels, failOn: 'error', pages: 1, autoOrient: true } as const

async function judgeHeader(bytes: Uint8Array, kind: string): Promise<{ reason: RefusalReason | null }> {
  const unreadable = kind === 'heif' ? 'unsupported_image' : 'damaged'
  try {
    const { format, width, height } = await sharp(bytes, { ...openingOptions, limitInputPixels: false }).metadata()
    if (format !== kind) return { reason: unreadable }
    return { reason: width * height > maxPixels ? 'too_many_pixels' : null }
  } catch {
    return { reason: unreadable }
  }
}

async function encodeAnew(bytes: Uint8Array): Promise<ImageVerdict> {
  try {
    const full = await scaled(sharp(bytes, openingOptions), fullEdge, 82)
    const thumb = await scaled(sharp(full.data), thumbEdge, 74)
    const { width, height } = full.info
    return { ok: true, contentType: 'image/jpeg', full: full.data, thumb: thumb.data, width, height }
  } catch (error) {
    const tooMany = error instanceof Error && error.message.includes('pixel limit')
    return { ok: false, reason: tooMany ? 'too_many_pixels' : 'damaged' }
  }
}

function scaled(image: Sharp, edge: number, quality: number) {
  return image
    .resize(edge, edge, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality, progressive: true })
    .timeout({ seconds: timeoutSeconds })
    .toBuffer({ resolveWithObject: true })
}
