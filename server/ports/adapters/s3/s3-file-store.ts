import { createHash } from 'node:crypto'
import { isUuid } from '#shared/ids.ts'
import type { Clock } from '../../clock.ts'
import type { FileContent, FileName, FileStore } from '../../file-store.ts'
import { signedHeaders } from './sign-request.ts'

export interface S3Options {
  /** Of the storage, e.g. `https://s3.ap-south-1.amazonaws.com` or `http://minio:9000`; the bucket stands in the path. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKeyId: string
  /** Asked for each request: keys are turned over while the server runs. */
  secretAccessKey(): string
  readonly clock: Clock
  readonly timeoutMs?: number
}

interface Answer {
  status: number
  body: Buffer
}

const variantPattern = /^[a-z]{1,16}$/
const keyPattern = /^[0-9a-f-]{36}\/[0-9a-f]{2}\/([0-9a-f-]{36})-([a-z]{1,16})$/

/**
 * Files in a bucket of S3-compatible storage, `<tenant>/<last two hex of the id>/<id>-<variant>`. Storage writes an object whole or
 * not at all. Throws an Error with the status, never with what the storage said: that may repeat the request.
 */
export function createS3FileStore(options: S3Options): FileStore {
  const ask = exchange(options)
  return {
    async put(name, content) {
      await expectStatus(ask({ method: 'PUT', key: keyOf(name), body: await bytesOf(content) }), [200])
    },
    async get(name) {
      const { status, body } = await expectStatus(ask({ method: 'GET', key: keyOf(name) }), [200, 404])
      return status === 404 ? null : body
    },
    async exists(name) {
      return (await expectStatus(ask({ method: 'HEAD', key: keyOf(name) }), [200, 404])).status === 200
    },
    async remove(name) {
      await expectStatus(ask({ method: 'DELETE', key: keyOf(name) }), [200, 204, 404])
    },
    async *writtenBefore(tenantId, before) {
      if (!isUuid(tenantId)) throw new Error('Files are named by ids only.')
      let from: string | null = null
      do {
        const query: Record<string, string> = { 'list-type': '2', prefix: `${tenantId}/`, ...(from !== null && { 'continuation-token': from }) }
        const page = (await expectStatus(ask({ method: 'GET', key: '', query }), [200])).body.toString('utf8')
        const names = namesOf(page, tenantId, before)
        if (names.length > 0) yield names
        from = textOf(page, 'NextContinuationToken')
      } while (from !== null)
    }
  }
}

interface Request {
  method: string
  key: string
  query?: Record<string, string>
  body?: Buffer
}

function exchange(options: S3Options): (request: Request) => Promise<Answer> {
  return async ({ method, key, query = {}, body }) => {
    const url = new URL(`/${options.bucket}${key === '' ? '' : `/${key}`}`, options.endpoint)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const payloadHash = createHash('sha256').update(body ?? '').digest('hex')
    const credentials = { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey(), region: options.region }
    const response = await fetch(url, {
      method,
      headers: signedHeaders({ method, url, payloadHash, now: options.clock.now() }, credentials),
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
      ...(body && { body: new Uint8Array(body) })
    })
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
  }
}

async function expectStatus(asked: Promise<Answer>, statuses: readonly number[]): Promise<Answer> {
  const answer = await asked
  if (!statuses.includes(answer.status)) throw new Error(`The file storage answered ${answer.status}.`)
  return answer
}

function keyOf({ tenantId, id, variant }: FileName): string {
  if (!isUuid(tenantId) || !isUuid(id)) throw new Error('Files are named by ids only.')
  if (!variantPattern.test(variant)) throw new Error('Not a variant of a file.')
  return `${tenantId}/${id.slice(-2)}/${id}-${variant}`
}

async function bytesOf(content: FileContent): Promise<Buffer> {
  if (content instanceof Uint8Array) return Buffer.from(content)
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts)
}

/** Keys of a listing that are files of ours and old enough. The names are ids, so nothing in them needs decoding. */
function namesOf(page: string, tenantId: string, before: number): FileName[] {
  return [...page.matchAll(/<Contents>([^]*?)<\/Contents>/g)].flatMap(([, entry = '']) => {
    const [, id, variant] = keyPattern.exec(textOf(entry, 'Key') ?? '') ?? []
    const written = Date.parse(textOf(entry, 'LastModified') ?? '')
    return id && variant && isUuid(id) && written < before ? [{ tenantId, id, variant }] : []
  })
}

function textOf(xml: string, tag: string): string | null {
  const text = new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]
  return text === undefined ? null : text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
