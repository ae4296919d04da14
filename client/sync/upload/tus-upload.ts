import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import { refusalOf } from '#client/http/api-client.ts'
import type { BlobRow } from '#client/local-store/outbox-row.ts'

/** Remembers how far the upload is, durably, so that a kill loses at most one piece. */
export type KeepProgress = (change: { uploadUrl?: string | null; offset?: number }) => Promise<void>

/** Small pieces: on a bad line a large one may never get through. */
const pieceBytes = 128 * 1024
const tusVersion = { 'tus-resumable': '1.0.0' }

/**
 * Sends a photo by tus 1.0 (core and creation), going on where the server says it stopped. Over plain fetch, so that a
 * service worker can do it too. Throws `ApiError` (413, 422: refused for good) or `OfflineError`.
 */
export async function uploadByTus(api: ApiClient, photo: BlobRow, keep: KeepProgress): Promise<void> {
  let place = photo.uploadUrl === null ? null : await resume(api, photo.uploadUrl)
  if (place === null) {
    const url = await create(api, photo)
    await keep({ uploadUrl: url, offset: 0 })
    place = { url, offset: 0 }
  }
  let { offset } = place
  while (offset < photo.size) {
    offset = await sendPiece(api, place.url, { offset, bytes: photo.blob.slice(offset, offset + pieceBytes) })
    await keep({ offset })
  }
}

/** Where the server stands; null when it no longer knows the upload. */
async function resume(api: ApiClient, url: string): Promise<{ url: string; offset: number } | null> {
  const response = await api.open(url, { method: 'HEAD', headers: tusVersion, signal: AbortSignal.timeout(30_000) })
  if (response.status === 404 || response.status === 410 || response.status === 403) return null
  return { url, offset: await offsetOf(response) }
}

async function create(api: ApiClient, photo: BlobRow): Promise<string> {
  const permit = await api.call<{ token: string; url: string }>({
    method: 'POST',
    path: '/api/v1/uploads',
    body: { photoId: photo.photoId }
  })
  const response = await api.open(pathOf(permit.url, api), {
    method: 'POST',
    headers: { ...tusVersion, 'upload-length': String(photo.size), 'upload-metadata': `token ${btoa(permit.token)}` },
    signal: AbortSignal.timeout(30_000)
  })
  const location = response.headers.get('location')
  if (response.status !== 201 || location === null) throw await refusalOf(response)
  return pathOf(location, api)
}

async function sendPiece(api: ApiClient, url: string, piece: { offset: number; bytes: Blob }): Promise<number> {
  const response = await api.open(url, {
    method: 'PATCH',
    headers: { ...tusVersion, 'upload-offset': String(piece.offset), 'content-type': 'application/offset+octet-stream' },
    body: await piece.bytes.arrayBuffer(),
    signal: AbortSignal.timeout(120_000)
  })
  if (response.status === 409) return (await resume(api, url))?.offset ?? 0
  const offset = await offsetOf(response)
  if (offset <= piece.offset) throw new OfflineError('The upload does not move on.')
  return offset
}

async function offsetOf(response: Response): Promise<number> {
  if (!response.ok) throw await refusalOf(response)
  const offset = Number(response.headers.get('upload-offset') ?? Number.NaN)
  if (!Number.isInteger(offset)) throw new ApiError({ status: 502, code: 'unavailable', fields: [], retryAfterMs: null })
  return offset
}

/** The server may name a host that only a proxy knows: path and query are what counts. */
function pathOf(address: string, api: ApiClient): string {
  const { pathname, search } = new URL(address, 'http://sampark.invalid')
  return pathname.startsWith(`${api.basePath}/`) ? `${pathname}${search}` : `${api.basePath}${pathname}${search}`
}
