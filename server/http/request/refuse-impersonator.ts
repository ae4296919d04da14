import { AppError } from '#shared/errors.ts'
import type { AccessVerdict } from '../access.ts'
import type { Route } from '../define-route.ts'
import type { Session } from '../request-context.ts'

/**
 * Throws `forbidden` for what the operator may not do in a person's place: every change, and what the actions left to him do not open.
 * A new route that changes something is so refused by itself; logging out, open to anyone, is not.
 */
export function refuseImpersonator(route: Pick<Route, 'access' | 'method'>, session: Session | null, verdict: AccessVerdict): void {
  if (!session?.isImpersonated || route.access.kind === 'anyone') return
  if (verdict === 'forbidden' || route.method !== 'get') throw new AppError('forbidden', 'The operator may not do this in the place of a person.')
}
