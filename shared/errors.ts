import { z } from 'zod'

/**
 * Every error that leaves the server or the sync engine, by code.
 * `status`: HTTP status, also of the command rejections where a route runs a single command.
 * `retryable`: the same request may succeed later without a person changing it.
 * `safe`: `detail` and `fields` may be shown to whoever asked.
 */
export const errorCodes = {
  invalid_request: { status: 400, retryable: false, safe: true, title: 'The request is not valid' },
  unauthenticated: { status: 401, retryable: false, safe: true, title: 'Log in first' },
  token_expired: { status: 401, retryable: true, safe: true, title: 'The access token has expired' },
  forbidden: { status: 403, retryable: false, safe: true, title: 'Not allowed' },
  access_ended: { status: 403, retryable: false, safe: true, title: 'The office has ended this access' },
  not_found: { status: 404, retryable: false, safe: true, title: 'Not found' },
  method_not_allowed: { status: 405, retryable: false, safe: true, title: 'Method not allowed' },
  conflict: { status: 409, retryable: false, safe: true, title: 'Conflict with the present state' },
  gone: { status: 410, retryable: false, safe: true, title: 'No longer available' },
  too_large: { status: 413, retryable: false, safe: true, title: 'Too large' },
  unsupported_media: { status: 415, retryable: false, safe: true, title: 'Unsupported media type' },
  unprocessable: { status: 422, retryable: false, safe: true, title: 'The content cannot be processed' },
  upgrade_required: { status: 426, retryable: false, safe: true, title: 'A newer version of the app is required' },
  too_many_requests: { status: 429, retryable: true, safe: true, title: 'Too many requests' },
  internal: { status: 500, retryable: true, safe: false, title: 'Something went wrong on the server' },
  unavailable: { status: 503, retryable: true, safe: false, title: 'Not available for the moment' },
  storage_full: { status: 507, retryable: true, safe: true, title: 'No room' },
  tenant_suspended: { status: 503, retryable: true, safe: true, title: 'Closed' },
  timeout: { status: 504, retryable: true, safe: false, title: 'The answer took too long' },

  invalid_args: { status: 422, retryable: false, safe: true, title: 'The command has invalid arguments' },
  unknown_command: { status: 422, retryable: false, safe: true, title: 'The command is not known' },
  not_allowed: { status: 403, retryable: false, safe: true, title: 'This person may not do this' },
  stale_state: { status: 409, retryable: false, safe: true, title: 'The record is in a state that does not allow this' },
  missing_record: { status: 404, retryable: false, safe: true, title: 'The record does not exist' },
  already_exists: { status: 409, retryable: false, safe: true, title: 'The record exists already' },
  dependency_rejected: { status: 409, retryable: false, safe: true, title: 'An earlier change that this one needs was rejected' },
  out_of_window: { status: 409, retryable: false, safe: true, title: 'The time for this has passed' },
  needs_reason: { status: 422, retryable: false, safe: true, title: 'A reason is needed' },
  attachment_missing: { status: 422, retryable: false, safe: true, title: 'An attachment is missing' },
} as const satisfies Record<string, { status: number; retryable: boolean; safe: boolean; title: string }>

export type ErrorCode = keyof typeof errorCodes

/** The codes a command can be rejected with inside a sync verdict. */
export const rejectionCodes = [
  'invalid_args', 'unknown_command', 'not_allowed', 'stale_state', 'missing_record', 'already_exists',
  'dependency_rejected', 'out_of_window', 'needs_reason', 'attachment_missing',
] as const satisfies readonly ErrorCode[]
export type RejectionCode = (typeof rejectionCodes)[number]

export const errorCodeSchema = z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]])
export const rejectionCodeSchema = z.enum(rejectionCodes)

/** `path` is the dotted way to the field in the request, empty for the whole body. */
export const fieldErrorSchema = z.object({ path: z.string(), message: z.string() })
export type FieldError = z.infer<typeof fieldErrorSchema>

/** The only error that code throws on purpose. `detail` is one English sentence without personal data. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly detail: string
  readonly fields: readonly FieldError[] | undefined

  constructor(code: ErrorCode, detail: string = errorCodes[code].title, fields?: readonly FieldError[]) {
    super(`${code}: ${detail}`)
    this.code = code
    this.detail = detail
    this.fields = fields
  }
}

/** An `invalid_request` (or another code) that names the fields zod refused. */
export function validationError(error: z.ZodError, code: ErrorCode = 'invalid_request'): AppError {
  const fields = error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
  const named = fields.map((field) => field.path).filter((path) => path !== '')
  return new AppError(code, named.length > 0 ? `Not valid: ${named.join(', ')}` : errorCodes[code].title, fields)
}

/** The error body of every reply: RFC 9457 problem+json with `code`, `errors` and `requestId` as extension members. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: errorCodeSchema,
  detail: z.string().optional(),
  errors: z.array(fieldErrorSchema).optional(),
  requestId: z.string(),
})
export type ProblemBody = z.infer<typeof problemSchema>

/** Turns anything thrown into a reply. What is not an AppError, or is not safe to show, tells nothing but its code. */
export function problemBody(error: unknown, requestId: string): ProblemBody {
  const known = error instanceof AppError ? error : new AppError('internal')
  const { status, title, safe } = errorCodes[known.code]
  return {
    type: `urn:sampark:problem:${known.code}`,
    title,
    status,
    code: known.code,
    ...(safe && { detail: known.detail }),
    ...(safe && known.fields && { errors: [...known.fields] }),
    requestId,
  }
}
