import { ApiError, OfflineError } from '#client/http/api-error.ts'

/** The i18n key of what to tell somebody whose login did not work. */
export function loginTrouble(error: unknown): string {
  if (error instanceof OfflineError) return 'field.login.offline'
  if (!(error instanceof ApiError)) return 'error.internal'
  return error.code === 'unauthenticated' ? 'field.login.wrong' : `error.${error.code}`
}
