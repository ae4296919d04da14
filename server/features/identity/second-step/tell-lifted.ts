import type { Actor } from '#shared/identity/actor.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { SessionParts } from '../needs.ts'
import { tellChanged } from '../sessions.ts'

/** After the commit of what lifted the limit: the session is open from its next request on, in every process. */
export async function tellLifted(parts: SessionParts, { actor, session }: RequestContext<Actor>): Promise<void> {
  if (session.isLimited) await tellChanged(parts, { tenantId: actor.tenantId, userId: actor.userId ?? '', reason: 'scope_changed' })
}
