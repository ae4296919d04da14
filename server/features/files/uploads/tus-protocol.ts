import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '#shared/errors.ts'
import { namedFields } from '../../../http/problems.ts'

/** Where uploads are created, below the tenant's base path; each upload is at `<tusPath>/<photo id>`. */
export const tusPath = '/api/v1/uploads/tus'

export const tusVersion = '1.0.0'

/**
 * Marks the response as one of tus 1.0.0 (https://tus.io/protocols/resumable-upload). False, with the answer already
 * given, when the request is of another version or of none.
 */
export function speaksTus(request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('Tus-Resumable', tusVersion)
  response.setHeader('Cache-Control', 'no-store')
  if (request.headers['tus-resumable'] === tusVersion) return true
  response.setHeader('Tus-Version', tusVersion)
  response.statusCode = 412
  response.end()
  return false
}

/** A whole number of bytes in a header; throws `invalid_request` that names the header. */
export function byteCount(request: IncomingMessage, header: 'Upload-Length' | 'Upload-Offset'): number {
  const text = String(request.headers[header.toLowerCase()] ?? '')
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw namedFields([{ path: header, message: 'Must be a whole number of bytes' }])
}

/** The upload token of a request; throws `unauthenticated` when there is none. */
export function bearerToken(request: IncomingMessage): string {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined) throw new AppError('unauthenticated', 'An upload token is needed.')
  return token
}
