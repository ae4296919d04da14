import type { ErrorCode, FieldError } from '#shared/errors.ts'

/** The server answered and refused. `retryAfterMs` is what it asked for, null when it said nothing. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: ErrorCode
  readonly fields: readonly FieldError[]
  readonly retryAfterMs: number | null

  constructor(answer: { status: number; code: ErrorCode; fields: readonly FieldError[]; retryAfterMs: number | null }) {
    super(`${answer.status} ${answer.code}`)
    this.status = answer.status
    this.code = answer.code
    this.fields = answer.fields
    this.retryAfterMs = answer.retryAfterMs
  }
}

/** No answer: no network, a broken line, or none in time. Whether the server acted is not known. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError'
}

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  422: 'unprocessable',
  426: 'upgrade_required',
  429: 'too_many_requests',
  503: 'unavailable',
  504: 'timeout'
}

/** The code of an answer that carries no problem body, as a proxy sends it. */
export function codeOf(status: number): ErrorCode {
  return codeOfStatus[status] ?? (status >= 500 ? 'unavailable' : 'invalid_request')
}

/** `Retry-After` in ms: seconds, or an HTTP date compared with the answer's own `Date` so that the device's clock does not matter. */
export function retryAfterMs(headers: Headers): number | null {
  const value = headers.get('retry-after')
  if (value === null) return null
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const wait = Date.parse(value) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(wait) ? null : Math.max(0, wait)
}
