import { createConnection } from 'node:net'
import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { announcing, fileWith, takePhoto, uploadWhole } from '#server/testing/photo-fixture.ts'

let small: SmallOffice

beforeAll(async () => {
  small = await openSmallOffice()
})
afterAll(() => small?.close())

/** The raw bytes of an answer: no client tidies the path up before it is sent. */
function askRaw(path: string): Promise<string> {
  const { port } = new URL(small.server.url)
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port: Number(port) })
    const parts: Buffer[] = []
    socket.on('data', (part) => parts.push(part))
    socket.on('end', () => resolve(Buffer.concat(parts).toString('latin1')))
    socket.on('error', reject)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)
  })
}

/** A white PNG of one bit a pixel, `side` by `side`: a hundred kilobytes that stand for hundreds of megabytes. */
function pictureBomb(side: number): Buffer {
  const part = (type: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.byteLength, 0)
    frame.writeUInt32BE(crc32(named), 4)
    return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.alloc((Math.ceil(side / 8) + 1) * side))
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, part('IHDR', header), part('IDAT', pixels), part('IEND', Buffer.alloc(0))])
}

test('no path climbs out of the served folders', async () => {
  const climbs = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..\\', '%252e%252e%252f', '....//', '..;/', '.%00./']
  const starts = ['/', '/admin/', '/field/', '/field/assets/', '/admin/assets/', '/api/v1/files/', '/track/photo/', '/report/photo/']
  const targets = ['etc/passwd', 'package.json', 'server/config.ts', '.data/secrets.json', '.git/config']
  for (const start of starts) {
    for (const climb of climbs) {
      for (const target of targets) {
        const answer = await askRaw(`${start}${climb.repeat(6)}${target}`)
        expect(answer, `${start}${climb} ${target}`).not.toMatch(/root:x:0|"dependencies"|readConfig|secretKey|\[core\]/)
      }
    }
  }
})

test('hidden files, sources and maps are not served', async () => {
  for (const path of ['/.env', '/.git/HEAD', '/package.json', '/admin/.vite/manifest.json', '/server/main.ts', '/field/service-worker.ts', '/dist/server/main.js']) {
    const answer = await askRaw(path)
    expect(answer, path).not.toMatch(/^HTTP\/1\.1 200[\s\S]*("dependencies"|import .* from|ref: refs)/)
  }
})

test('a photo that is a page as well comes out as a photo alone', async () => {
  const photo = await takePhoto()
  const page = Buffer.from('<html><script>alert(document.domain)</script></html>')
  const both = announcing(Buffer.concat([photo.bytes, page]))
  await fileWith(small.worker, small.office, [both])
  expect((await uploadWhole(small.server.url, small.worker, both)).status).toBe(204)
  const served = await small.officer.call('GET', `/api/v1/files/${both.announced.id}`)
  const bytes = Buffer.from(await served.arrayBuffer())
  expect(served.headers.get('content-type')).toMatch(/^image\/(jpeg|webp)$/)
  expect(served.headers.get('x-content-type-options')).toBe('nosniff')
  expect(served.headers.get('content-security-policy')).toContain('sandbox')
  expect(bytes.includes('<script>')).toBe(false)
  expect(bytes.includes('SecretCamera')).toBe(false)
})

test('a small file that unpacks into a huge picture is refused, and the server lives on', async () => {
  const bomb = pictureBomb(30_000)
  expect(bomb.byteLength).toBeLessThan(200_000)
  const photo = announcing(bomb)
  await fileWith(small.worker, small.office, [photo])
  expect((await uploadWhole(small.server.url, small.worker, photo)).status).toBe(422)
  expect((await fetch(`${small.server.url}/health`)).status).toBe(200)
})
