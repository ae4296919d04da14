import { AppError } from '#shared/errors.ts'
import type { Route } from '../define-route.ts'
import type { Session } from '../request-context.ts'

/**
 * Throws `forbidden`, naming `secondStep`, for a session that lacks the second step its office wants. A new route is so refused by
 * itself; what is open to anyone (logging in and out, refreshing) stays open.
 */
export function refuseLimited(route: Pick<Route, 'access' | 'whileLimited'>, session: Session | null): void {
  if (!session?.isLimited || route.access.kind === 'anyone' || route.whileLimited) return
  throw new AppError('forbidden', 'A second step has to be set up first.', [{ path: 'secondStep', message: 'Needed' }])
}
