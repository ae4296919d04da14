import { ApiError, OfflineError } from '#client/http/api-error.ts'

/** The i18n key of what to tell somebody whose login did not work. */
export function loginTrouble(error: unknown): string {
  if (error instanceof OfflineError) return 'field.login.offline'
  if (!(error instanceof ApiError)) return 'error.internal'
  return error.code === 'unauthenticated' ? 'field.login.wrong' : `error.${error.code}`
}

/** What the server said of the second step that it asks for; undefined when the refusal is about something else. */
export function stepAsked(error: unknown): string | undefined {
  return error instanceof ApiError ? error.fields.find(({ path }) => path === 'code')?.message : undefined
}
