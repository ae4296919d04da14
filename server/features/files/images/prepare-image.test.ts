import { deflateSync, crc32 } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { prepareImage, type PreparedImage } from './prepare-image.ts'

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3366aa' } })

async function prepared(bytes: Buffer): Promise<PreparedImage> {
  const verdict = await prepareImage(bytes)
  if (!verdict.ok) throw new Error(verdict.reason)
  return verdict
}

/** A PNG whose header promises `width` x `height` pixels and whose data is a few bytes. */
function pngBomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length)
    frame.writeUInt32BE(crc32(named), 4)
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0))
  ])
}

test('a large photo is scaled to 2048 px and gets a thumbnail of 320 px', async () => {
  const image = await prepared(await plain(4000, 3000).jpeg().toBuffer())
  expect([image.width, image.height]).toEqual([2048, 1536])
  expect(await sharp(image.full).metadata()).toMatchObject({ format: 'jpeg', width: 2048, height: 1536 })
  expect(await sharp(image.thumb).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 240 })
})

test('a small photo is not enlarged', async () => {
  expect(await prepared(await plain(100, 50).webp().toBuffer())).toMatchObject({ width: 100, height: 50 })
})

test('a photo taken upright stands upright, and no metadata is left', async () => {
  const taken = await plain(400, 200)
    .withExif({ IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '12/1 58/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  expect(taken.includes('SecretCamera')).toBe(true)
  const image = await prepared(taken)
  expect([image.width, image.height]).toEqual([200, 400])
  for (const bytes of [image.full, image.thumb]) {
    const { exif, icc, xmp, iptc, orientation } = await sharp(bytes).metadata()
    expect({ exif, icc, xmp, iptc, orientation }).toEqual({})
    expect(bytes.includes('SecretCamera')).toBe(false)
  }
})

test('what is hidden behind the end of a photo is gone', async () => {
  const bytes = Buffer.concat([await plain(64, 64).jpeg().toBuffer(), Buffer.from('<script>alert(1)</script>')])
  expect((await prepared(bytes)).full.includes('script')).toBe(false)
})

test('PNG with transparency, WebP and AVIF become JPEG', async () => {
  const clear = sharp({ create: { width: 32, height: 32, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
  for (const bytes of [
    await clear.png().toBuffer(),
    await plain(32, 32).webp().toBuffer(),
    await plain(32, 32).avif().toBuffer()
  ]) {
    expect(await prepared(bytes)).toMatchObject({ contentType: 'image/jpeg', width: 32, height: 32 })
  }
})

test('of an animation the first frame is kept', async () => {
  const [red, blue] = await Promise.all(
    ['#ff0000', '#0000ff'].map((background) =>
      sharp({ create: { width: 20, height: 20, channels: 3, background } })
        .png()
        .toBuffer()
    )
  )
  const animation = await sharp([red!, blue!], { join: { animated: true } })
    .webp({ lossless: true, delay: [100, 100] })
    .toBuffer()
  expect((await sharp(animation).metadata()).pages).toBe(2)
  const image = await prepared(animation)
  expect([image.width, image.height]).toEqual([20, 20])
  const { dominant } = await sharp(image.full).stats()
  expect(dominant.r).toBeGreaterThan(200)
})

test.each([
  ['a text that calls itself a photo', Buffer.from('dear office, this is no photo'), 'not_an_image'],
  [
    'an SVG with a script',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'),
    'not_an_image'
  ],
  ['an HTML page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'not_an_image'],
  ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1'), 'not_an_image'],
  ['nothing at all', Buffer.alloc(0), 'not_an_image'],
  ['the first bytes of a JPEG and then none of it', Buffer.from('ffd8ffe000104a464946', 'hex'), 'damaged'],
  ['a PNG that would unpack to 10 GB', pngBomb(60_000, 60_000), 'too_many_pixels'],
  [
    'an HEIC, which needs a decoder that is not here',
    Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1', 'latin1'),
    'unsupported_image'
  ]
])('%s is refused', async (_what, bytes, reason) => {
  expect(await prepareImage(bytes)).toEqual({ ok: false, reason })
})

test('a photo cut off in its middle is refused as damaged', async () => {
  const whole = await sharp({
    create: {
      width: 600,
      height: 600,
      channels: 3,
      background: '#888888',
      noise: { type: 'gaussian', mean: 120, sigma: 40 }
    }
  })
    .jpeg()
    .toBuffer()
  expect(await prepareImage(whole.subarray(0, whole.length / 2))).toEqual({ ok: false, reason: 'damaged' })
})
