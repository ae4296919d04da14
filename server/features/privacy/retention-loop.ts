import { startLoop } from '../../jobs/loop.ts'
import type { Stop } from '../../module.ts'
import type { Platform } from '../../platform.ts'
import type { PrivacyNeeds } from './needs.ts'
import { applyRetention } from './retention.ts'
import { rulesOn } from './retention-routes.ts'

const everyMs = 6 * 3_600_000

export type RetentionNeeds = PrivacyNeeds & Pick<Platform, 'directory' | 'log'>

/** In the scheduler, at start and every six hours: applies to each active office the rules that its owner switched on. */
export async function startRetention(needs: RetentionNeeds): Promise<Stop> {
  const loop = startLoop('retention', { everyMs, log: needs.log }, async () => {
    for (const tenantId of await needs.directory.activeTenantIds()) await retainTenant(needs, tenantId)
    return false
  })
  loop.wake()
  return () => loop.stop()
}

/** One office once; an office without a rule is left alone. */
export async function retainTenant(needs: PrivacyNeeds, tenantId: string): Promise<void> {
  const rules = await needs.database.withTenant({ tenantId }, rulesOn, { readOnly: true })
  if (Object.keys(rules).length > 0) await applyRetention(needs, tenantId, { rules, dryRun: false })
}
