import { describe, expect, it, vi } from 'vitest'
import { fitInto, PHOTO_LIMITS, scalePhotoWith } from './photo-scaler.ts'
import type { PhotoSize } from './photo-size.ts'

const jpeg = new Blob(['a photo'], { type: 'image/jpeg' })

/** An encoder whose result has `bytesPerPixel` at full quality: a picture is the noisier the larger that is. */
function codecOf(bytesPerPixel: number, size: PhotoSize = { width: 4000, height: 3000 }) {
  const close = vi.fn()
  const tries: (PhotoSize & { quality: number })[] = []
  return {
    close,
    tries,
    open: async () => ({ ...size, close }),
    encode: async (_photo: unknown, at: PhotoSize, quality: number) => {
      tries.push({ ...at, quality })
      return new Blob([new Uint8Array(Math.round(at.width * at.height * bytesPerPixel * quality))], {
        type: 'image/jpeg'
      })
    }
  }
}

describe('scalePhotoWith', () => {
  it('keeps a plain photo at 1280 pixels and the best quality', async () => {
    const codec = codecOf(0.2)
    const result = await scalePhotoWith(codec, jpeg)
    expect(result).toMatchObject({ state: 'scaled', photo: { width: 1280, height: 960, type: 'image/jpeg' } })
    expect(codec.tries).toHaveLength(1)
  })

  it.each([[0.25], [0.4], [0.9]])(
    'gets a photo of %f bytes per pixel under the limit, quality before size',
    async (noise) => {
      const codec = codecOf(noise)
      const result = await scalePhotoWith(codec, jpeg)
      if (result.state !== 'scaled') throw new Error('refused')
      expect(result.photo.blob.size).toBeLessThanOrEqual(PHOTO_LIMITS.maxBytes)
      const first = codec.tries.filter((attempt) => attempt.width === 1280).map((attempt) => attempt.quality)
      expect(first).toEqual([...first].sort((a, b) => b - a))
      expect(codec.tries.at(-1)).toMatchObject({ width: result.photo.width, height: result.photo.height })
    }
  )

  it('names the SHA-256 of the bytes that will be sent (vector of FIPS 180)', async () => {
    const encode = async () => new Blob(['abc'], { type: 'image/jpeg' })
    const result = await scalePhotoWith({ ...codecOf(0.2), encode }, jpeg)
    const ofAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(result).toMatchObject({ state: 'scaled', photo: { sha256: ofAbc } })
  })

  it('gives up with a reason when even the smallest is too large', async () => {
    expect(await scalePhotoWith(codecOf(20), jpeg)).toEqual({ state: 'refused', reason: 'too-large' })
  })

  it.each(['application/pdf', 'image/svg+xml', ''])('refuses %j without opening it', async (type) => {
    const open = vi.fn()
    const result = await scalePhotoWith({ ...codecOf(0.2), open }, new Blob(['x'], { type }))
    expect(result).toEqual({ state: 'refused', reason: 'not-an-image' })
    expect(open).not.toHaveBeenCalled()
  })

  it('refuses what only claims to be a photo', async () => {
    const open = () => Promise.reject(new DOMException('no', 'InvalidStateError'))
    expect(await scalePhotoWith({ ...codecOf(0.2), open }, jpeg)).toEqual({ state: 'refused', reason: 'unreadable' })
  })

  it('frees the decoded picture whatever happens', async () => {
    const [good, noisy, huge] = [codecOf(0.2), codecOf(20), codecOf(0.2, { width: 20_000, height: 20_000 })]
    const broken = { ...codecOf(0.2), encode: () => Promise.reject(new Error('no canvas')) }
    for (const codec of [good, noisy, huge, broken]) {
      await scalePhotoWith(codec, jpeg)
      expect(codec.close).toHaveBeenCalledTimes(1)
    }
    expect(huge.tries).toHaveLength(0)
  })
})

describe('fitInto', () => {
  it.each([
    [
      { width: 4000, height: 3000 },
      { width: 1280, height: 960 }
    ],
    [
      { width: 3000, height: 4000 },
      { width: 960, height: 1280 }
    ],
    [
      { width: 800, height: 600 },
      { width: 800, height: 600 }
    ],
    [
      { width: 9000, height: 2 },
      { width: 1280, height: 1 }
    ]
  ])('%j becomes %j', (size, fitted) => {
    expect(fitInto(size, 1280)).toEqual(fitted)
  })
})
