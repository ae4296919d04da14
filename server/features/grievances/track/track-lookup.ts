import { networkOf } from '../../../http/network.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import type { TrackLimits } from './track-limits.ts'
import { openByPair, type TrackLevel } from './track-store.ts'

export type TrackAnswer =
  | { readonly outcome: 'open'; readonly grievanceId: string; readonly level: TrackLevel }
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'wait'; readonly seconds: number }

/** One try to open a report. Unknown numbers and wrong pairs give the same answer and count the same. */
export async function lookUp(
  { needs, limits }: { needs: PortalNeeds; limits: TrackLimits },
  context: RequestContext,
  pair: { number: string; digits: string }
): Promise<TrackAnswer> {
  const attempt = { tenantId: context.tenant.tenantId, number: pair.number, network: networkOf(context.ip) }
  const seconds = await limits.delay(attempt)
  if (seconds > 0) return { outcome: 'wait', seconds }
  const found = await needs.database.withTenant(
    { tenantId: attempt.tenantId },
    (tx) => openByPair(tx, pair.number, pair.digits),
    { readOnly: true }
  )
  if (found) return { outcome: 'open', ...found }
  await limits.countMiss(attempt)
  return { outcome: 'nothing' }
}
