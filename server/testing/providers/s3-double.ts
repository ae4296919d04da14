import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface S3Double {
  readonly endpoint: string
  readonly bucket: string
  readonly objects: Map<string, { body: Buffer; written: number }>
  /** Why requests were turned away. */
  readonly refusals: string[]
  /** Objects of one page of a listing. */
  pageSize: number
  secret: string
  close(): Promise<void>
}

export const s3Keys = { accessKeyId: 'AKIDEXAMPLE', region: 'ap-south-1' }

/** Storage as S3 speaks it: objects in one bucket. Checks each signature from the request alone, and turns away what is not signed right. */
export async function startS3Double(secret: string): Promise<S3Double> {
  const objects: S3Double['objects'] = new Map()
  const state = { bucket: 'office-files', objects, refusals: [] as string[], pageSize: 2, secret }
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const fault = faultOf(request, body, state.secret)
      if (fault) state.refusals.push(fault)
      const { status, text } = fault ? { status: 403, text: Buffer.from(`<Error><Code>${fault}</Code></Error>`) } : answer(request, body, state)
      response.writeHead(status).end(request.method === 'HEAD' ? undefined : text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => new Promise<void>((resolve) => void (server.closeAllConnections(), server.close(() => resolve())))
  return Object.assign(state, { endpoint, close })
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex')

/** What is wrong with the signature; null when nothing is. */
function faultOf(request: IncomingMessage, body: Buffer, secret: string): string | null {
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/
  const [, keyId, day, region, signed = '', signature] = pattern.exec(request.headers.authorization ?? '') ?? []
  if (!day || !region) return 'NotSigned'
  const time = String(request.headers['x-amz-date'])
  if (keyId !== s3Keys.accessKeyId || region !== s3Keys.region || !time.startsWith(day)) return 'InvalidCredential'
  if (request.headers['x-amz-content-sha256'] !== sha256(body)) return 'BodyDiffers'
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => signed.split(';').includes(name))) return 'HeadersNotSigned'
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const parts = query === '' ? [] : query.replaceAll('+', '%20').split('&').sort()
  const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('')
  const canonical = `${request.method}\n${path}\n${parts.join('&')}\n${headers}\n${signed}\n${sha256(body)}`
  let key: Buffer | string = `AWS4${secret}`
  for (const step of [day, region, 's3', 'aws4_request']) key = createHmac('sha256', key).update(step).digest()
  const text = `AWS4-HMAC-SHA256\n${time}\n${day}/${region}/s3/aws4_request\n${sha256(canonical)}`
  return createHmac('sha256', key).update(text).digest('hex') === signature ? null : 'SignatureDoesNotMatch'
}

function answer(request: IncomingMessage, body: Buffer, { objects, bucket, pageSize }: { objects: S3Double['objects']; bucket: string; pageSize: number }): { status: number; text: Buffer } {
  const url = new URL(request.url ?? '', 'http://localhost')
  const key = url.pathname.slice(bucket.length + 2)
  const empty = Buffer.alloc(0)
  if (!url.pathname.startsWith(`/${bucket}`)) return { status: 404, text: empty }
  if (key === '') return { status: 200, text: listing(url, objects, pageSize) }
  if (request.method === 'PUT') objects.set(key, { body, written: Date.now() })
  if (request.method === 'DELETE') objects.delete(key)
  const held = objects.get(key)
  if (request.method === 'PUT' || request.method === 'DELETE') return { status: request.method === 'PUT' ? 200 : 204, text: empty }
  return held ? { status: 200, text: held.body } : { status: 404, text: empty }
}

function listing(url: URL, objects: S3Double['objects'], pageSize: number): Buffer {
  const [prefix, from] = [url.searchParams.get('prefix') ?? '', url.searchParams.get('continuation-token') ?? '']
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > from.replace('after&', '')).sort()
  const page = keys.slice(0, pageSize)
  const contents = page.map((key) => `<Contents><Key>${key}</Key><LastModified>${new Date(objects.get(key)?.written ?? 0).toISOString()}</LastModified></Contents>`)
  const next = keys.length > page.length ? `<NextContinuationToken>after&amp;${page.at(-1)}</NextContinuationToken>` : ''
  return Buffer.from(`<?xml version="1.0"?><ListBucketResult>${contents.join('')}${next}</ListBucketResult>`)
}
