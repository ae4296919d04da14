import type { Request } from 'express'
import { AppError } from '#shared/errors.ts'

/**
 * Refuses a form that another site posts into this one. Browsers say where a request comes from (Sec-Fetch-Site, older
 * ones Origin); one that says neither is held by SameSite=Lax, which keeps the draft's cookie off foreign posts.
 */
export function refuseForeignPost(request: Request): void {
  const site = request.get('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign()
  const origin = request.get('origin')
  if (origin !== undefined && hostOf(origin) !== request.host) throw foreign()
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function foreign(): AppError {
  return new AppError('forbidden', 'This form was sent from another site.')
}
