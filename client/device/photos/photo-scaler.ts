import { encodeOnCanvas, openBitmap } from './photo-canvas.ts'
import type { PhotoSize } from './photo-size.ts'
import { sha256Hex } from '../sha256.ts'

export interface ScaledPhoto extends PhotoSize {
  readonly blob: Blob
  /** Media type of `blob`, as the encoder named it. */
  readonly type: string
  /** Lower-case hex of `blob`; the upload token is bound to it. */
  readonly sha256: string
}

export type PhotoResult =
  | { readonly state: 'scaled'; readonly photo: ScaledPhoto }
  | { readonly state: 'refused'; readonly reason: 'not-an-image' | 'unreadable' | 'too-many-pixels' | 'too-large' }

/** A decoded picture that holds memory until `close` is called. */
export interface OpenPhoto extends PhotoSize {
  close(): void
}

/** The two things only a browser can do; tests pass their own. */
export interface PhotoCodec<Photo extends OpenPhoto> {
  /** Decodes the file upright (EXIF orientation applied). Rejects when it is no picture the device can read. */
  open(file: Blob): Promise<Photo>
  /** Draws the picture at `size` and encodes it; `quality` is 0..1. */
  encode(photo: Photo, size: PhotoSize, quality: number): Promise<Blob>
}

export const PHOTO_LIMITS = {
  longEdge: 1280,
  maxBytes: 200 * 1024,
  maxPixels: 120_000_000
} as const

const QUALITIES = [0.72, 0.6, 0.5, 0.4] as const
const SHRINK = 0.75
const SMALLEST_EDGE = 480

/** The size with its longer side at most `longEdge`, proportions kept, whole pixels, never enlarged. */
export function fitInto(size: PhotoSize, longEdge: number): PhotoSize {
  const factor = Math.min(1, longEdge / Math.max(size.width, size.height))
  return {
    width: Math.max(1, Math.round(size.width * factor)),
    height: Math.max(1, Math.round(size.height * factor))
  }
}

async function encodeUnderLimit<Photo extends OpenPhoto>(
  photo: Photo,
  codec: PhotoCodec<Photo>
): Promise<{ blob: Blob; size: PhotoSize } | null> {
  for (let edge: number = PHOTO_LIMITS.longEdge; edge >= SMALLEST_EDGE; edge *= SHRINK) {
    const size = fitInto(photo, edge)
    for (const quality of QUALITIES) {
      const blob = await codec.encode(photo, size, quality)
      if (blob.size <= PHOTO_LIMITS.maxBytes) return { blob, size }
    }
  }
  return null
}

/**
 * Makes a photo small enough to travel on a bad line: long edge at most 1280 px and at most 200 kB (204,800 bytes).
 * Quality falls first, then the size. Re-encoding drops all metadata, the place included.
 * Never rejects: a file that cannot be used comes back `refused` with the reason.
 */
export async function scalePhotoWith<Photo extends OpenPhoto>(
  codec: PhotoCodec<Photo>,
  file: Blob
): Promise<PhotoResult> {
  if (!file.type.startsWith('image/') || file.type === 'image/svg+xml')
    return { state: 'refused', reason: 'not-an-image' }
  let photo: Photo
  try {
    photo = await codec.open(file)
  } catch {
    return { state: 'refused', reason: 'unreadable' }
  }
  try {
    if (photo.width * photo.height > PHOTO_LIMITS.maxPixels) return { state: 'refused', reason: 'too-many-pixels' }
    const found = await encodeUnderLimit(photo, codec)
    if (!found) return { state: 'refused', reason: 'too-large' }
    const { blob, size } = found
    return { state: 'scaled', photo: { blob, ...size, type: blob.type, sha256: await sha256Hex(blob) } }
  } catch {
    return { state: 'refused', reason: 'unreadable' }
  } finally {
    photo.close()
  }
}

/** `scalePhotoWith` on this device's own decoder and canvas. */
export function scalePhoto(file: Blob): Promise<PhotoResult> {
  return scalePhotoWith({ open: openBitmap, encode: encodeOnCanvas }, file)
}
