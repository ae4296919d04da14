import { uploadReplySchema, type UploadReply } from '#shared/files/upload.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import { refusalOf } from '#client/http/api-client.ts'
import type { BlobRow } from '#client/local-store/outbox-row.ts'

/** What an upload needs of a photo. */
export type UploadablePhoto = Pick<BlobRow, 'photoId' | 'size' | 'uploadUrl'> & { blob: Blob }

/** Remembers how far the upload is, durably, so that a kill loses at most one piece. */
export type KeepProgress = (change: { uploadUrl?: string | null; offset?: number }) => Promise<void>

/** Small pieces: on a bad line a large one may never get through. */
const pieceBytes = 128 * 1024

/** sent: all bytes are there. ready: the server had it already, checked. refused: it will never take it. */
export type PhotoOutcome = 'sent' | 'ready' | 'refused'

/** What the server says of a photo that one of its commands announced, with a token for the upload if it wants it. */
export function askUpload(api: ApiClient, photoId: string): Promise<UploadReply> {
  return api.call({ method: 'POST', path: '/api/v1/uploads', body: { photoId }, reply: uploadReplySchema })
}

/**
 * Sends a photo by tus 1.0 (core and creation), going on where the server says it stopped. Over plain fetch, so that a
 * service worker can do it too. Throws `ApiError` (413, 422: refused for good) or `OfflineError`.
 */
export async function uploadByTus(api: ApiClient, photo: UploadablePhoto, keep: KeepProgress): Promise<PhotoOutcome> {
  const permit = await askUpload(api, photo.photoId)
  if (permit.state !== 'expected') return permit.state
  const send = withPermit(api, permit.token)
  let place = photo.uploadUrl === null ? null : await resume(send, photo.uploadUrl)
  if (place === null) {
    const url = await create(send, { endpoint: pathOf(permit.endpoint, api), size: photo.size, basePath: api })
    await keep({ uploadUrl: url, offset: 0 })
    place = { url, offset: 0 }
  }
  let { offset } = place
  while (offset < photo.size) {
    offset = await sendPiece(send, place.url, { offset, bytes: photo.blob.slice(offset, offset + pieceBytes) })
    await keep({ offset })
  }
  return 'sent'
}

type Send = (
  path: string,
  init: { method: string; headers?: Record<string, string>; body?: ArrayBuffer; timeoutMs: number }
) => Promise<Response>

/** The upload's own token on every request; the session's token opens no upload. */
function withPermit(api: ApiClient, token: string): Send {
  const own = { 'tus-resumable': '1.0.0', authorization: `Bearer ${token}` }
  return (path, { timeoutMs, headers, ...init }) =>
    api.open(path, { ...init, headers: { ...own, ...headers }, signal: AbortSignal.timeout(timeoutMs) })
}

/** Where the server stands; null when it no longer knows the upload. */
async function resume(send: Send, url: string): Promise<{ url: string; offset: number } | null> {
  const response = await send(url, { method: 'HEAD', timeoutMs: 30_000 })
  if (response.status === 404 || response.status === 410) return null
  return { url, offset: await offsetOf(response) }
}

async function create(
  send: Send,
  upload: { endpoint: string; size: number; basePath: Pick<ApiClient, 'basePath'> }
): Promise<string> {
  const response = await send(upload.endpoint, {
    method: 'POST',
    headers: { 'upload-length': String(upload.size) },
    timeoutMs: 30_000
  })
  const location = response.headers.get('location')
  if (response.status !== 201 || location === null) throw await refusalOf(response)
  return pathOf(location, upload.basePath)
}

async function sendPiece(send: Send, url: string, piece: { offset: number; bytes: Blob }): Promise<number> {
  const response = await send(url, {
    method: 'PATCH',
    headers: { 'upload-offset': String(piece.offset), 'content-type': 'application/offset+octet-stream' },
    body: await piece.bytes.arrayBuffer(),
    timeoutMs: 120_000
  })
  if (response.status === 409) return offsetOf(await send(url, { method: 'HEAD', timeoutMs: 30_000 }))
  const offset = await offsetOf(response)
  if (offset <= piece.offset) throw new OfflineError('The upload does not move on.')
  return offset
}

async function offsetOf(response: Response): Promise<number> {
  if (!response.ok) throw await refusalOf(response)
  const offset = Number(response.headers.get('upload-offset') ?? Number.NaN)
  if (!Number.isInteger(offset))
    throw new ApiError({ status: 502, code: 'unavailable', fields: [], retryAfterMs: null })
  return offset
}

/** The server may name a host that only a proxy knows: path and query are what counts. */
function pathOf(address: string, api: Pick<ApiClient, 'basePath'>): string {
  const { pathname, search } = new URL(address, 'http://sampark.invalid')
  return pathname.startsWith(`${api.basePath}/`) ? `${pathname}${search}` : `${api.basePath}${pathname}${search}`
}
