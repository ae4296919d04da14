import type { PortalReceipt } from '#shared/grievances/portal-report.ts'

/** The server will never take this photo. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
}

/** Small pieces: on a bad line a large one may never get through. */
const pieceBytes = 128 * 1024
const waitMs = 60_000

/** Sends a photo by tus 1.0.0, going on where the server stands. Throws UploadRefused, or anything else for a bad line. */
export async function uploadPhoto(
  photo: { readonly id: string; readonly blob: Blob },
  permit: PortalReceipt['uploads'][number],
  send: typeof fetch
): Promise<'received'> {
  const headers = { 'tus-resumable': '1.0.0', authorization: `Bearer ${permit.token}` }
  const ask = async (url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> => {
    const response = await send(url, { ...init, credentials: 'omit', signal: AbortSignal.timeout(waitMs) })
    if ([410, 413, 415, 422].includes(response.status)) throw new UploadRefused(String(response.status))
    return response
  }
  const url = `${permit.endpoint}/${photo.id}`
  const begin = async (): Promise<void> => {
    const sized = { ...headers, 'upload-length': String(photo.blob.size) }
    const created = await ask(permit.endpoint, { method: 'POST', headers: sized })
    if (created.status !== 201) throw new Error('The upload could not begin.')
  }
  const known = await ask(url, { method: 'HEAD', headers }).then(offsetOf)
  if (known === null) await begin()
  let offset = known ?? 0
  while (offset < photo.blob.size) {
    const bytes = await photo.blob.slice(offset, offset + pieceBytes).arrayBuffer()
    const piece = { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }
    const reached: number | null = await ask(url, { method: 'PATCH', headers: piece, body: bytes }).then(offsetOf)
    if (reached === null || reached <= offset) throw new Error('The upload does not move on.')
    offset = reached
  }
  return 'received'
}

function offsetOf(response: Response): number | null {
  const offset = response.ok ? response.headers.get('upload-offset') : null
  return offset === null ? null : Number(offset)
}
