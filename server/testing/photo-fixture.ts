import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import sharp from 'sharp'
import type { AnnouncedPhoto, UploadReply } from '#shared/files/upload.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import { filing, makeId, type OfficeFixture } from './office-fixture.ts'
import type { TestSession } from './start-test-server.ts'

/** A photo as a phone has it: its bytes, and what a command says of them. */
export interface TestPhoto {
  readonly bytes: Buffer
  readonly announced: AnnouncedPhoto
}

/** What a command would announce of any bytes, photo or not. */
export function announcing(bytes: Buffer): TestPhoto {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { bytes, announced: { id: makeId(), sha256, size: bytes.byteLength } }
}

/** A JPEG that no two calls make alike, of some 100 kB, taken at a place that its EXIF tells. */
export async function takePhoto(
  size: { width: number; height: number } = { width: 640, height: 480 }
): Promise<TestPhoto> {
  const noise = { type: 'gaussian', mean: 120, sigma: 40 } as const
  const bytes = await sharp({ create: { ...size, channels: 3, background: '#884422', noise } })
    .withExif({
      IFD0: { Make: 'SecretCamera', ImageDescription: 'taken at home' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '12/1 58/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '77/1 35/1 0/1' }
    })
    .jpeg({ quality: 80 })
    .toBuffer()
  return announcing(bytes)
}

/** Files a grievance that announces the photos; resolves to its id. */
export async function fileWith(
  session: TestSession,
  office: OfficeFixture,
  photos: readonly TestPhoto[]
): Promise<string> {
  const command = filing(office, { photos: photos.map((photo) => photo.announced) })
  const response = await session.call('POST', '/api/v1/sync/push', {
    protocol: 1,
    app: 'test',
    commands: [command],
    deviceTime: Date.now()
  })
  const reply = (await response.json()) as PushReply
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(['applied'])
  return String(command.args['grievanceId'])
}

/** The upload token of an announced photo. */
export async function tokenFor(session: TestSession, photo: TestPhoto): Promise<string> {
  const response = await session.call('POST', '/api/v1/uploads', { photoId: photo.announced.id })
  expect(response.status).toBe(200)
  const reply = (await response.json()) as UploadReply
  if (reply.state !== 'expected') throw new Error(`the photo is ${reply.state}`)
  return reply.token
}

export interface TusCall {
  method: string
  /** Below the uploads, e.g. `/<photo id>`; nothing to begin one. */
  path?: string
  token?: string
  headers?: Record<string, string>
  body?: Uint8Array
}

/** One tus request with the headers that every such request has. */
export function tus(url: string, call: TusCall): Promise<Response> {
  const headers: Record<string, string> = { 'Tus-Resumable': '1.0.0', ...call.headers }
  if (call.token !== undefined) headers['Authorization'] = `Bearer ${call.token}`
  return fetch(`${url}/api/v1/uploads/tus${call.path ?? ''}`, {
    method: call.method,
    headers,
    ...(call.body && { body: call.body as Uint8Array<ArrayBuffer> })
  })
}

export function beginUpload(url: string, photo: TestPhoto, token: string): Promise<Response> {
  return tus(url, { method: 'POST', token, headers: { 'Upload-Length': String(photo.announced.size) } })
}

export function sendBytes(
  url: string,
  photo: TestPhoto,
  part: { token: string; from: number; bytes: Uint8Array }
): Promise<Response> {
  const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(part.from) }
  return tus(url, { method: 'PATCH', path: `/${photo.announced.id}`, token: part.token, headers, body: part.bytes })
}

/** Begins and sends the whole photo; resolves to the last answer. */
export async function uploadWhole(url: string, session: TestSession, photo: TestPhoto): Promise<Response> {
  const token = await tokenFor(session, photo)
  expect((await beginUpload(url, photo, token)).status).toBe(201)
  return sendBytes(url, photo, { token, from: 0, bytes: photo.bytes })
}
