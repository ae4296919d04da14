import type { ErrorCode, FieldError } from '#shared/errors.ts'
import { ApiError, OfflineError } from './api-error.ts'

/** What went wrong, for the screen: `textKey` is the i18n key of a sentence that says it and what to do. */
export interface Trouble {
  readonly textKey: string
  readonly fields: readonly FieldError[]
}

/** Any error of a request or a command as something to show. Errors of our own making show as "something went wrong". */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof OfflineError) return { textKey: 'http.silent', fields: [] }
  const refusal = error as { code?: ErrorCode; fields?: readonly FieldError[] }
  if (error instanceof ApiError || (error instanceof Error && error.name === 'CommandRefused' && refusal.code)) {
    return { textKey: `error.${refusal.code}`, fields: refusal.fields ?? [] }
  }
  return { textKey: 'error.internal', fields: [] }
}
