import { startLoop } from '../jobs/loop.ts'
import type { Module } from '../module.ts'
import type { Platform } from '../platform.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { auditKey } from './audit-segment.ts'
import { recordAudit } from './record-audit.ts'
import { sealTenant } from './seal-audit.ts'

export type AuditPlatform = Pick<Platform, 'config' | 'database' | 'directory' | 'clock' | 'newId' | 'metrics' | 'log'>

const sealEveryMs = 5 * 60_000
const dropEveryMs = 24 * 3_600_000
const dayMs = 86_400_000

/** In the scheduler: seals every five minutes, and drops what is older than the office must keep. Says how old the oldest open row is. */
export function createAuditModule(platform: AuditPlatform): Module {
  const { clock, log, metrics } = platform
  const key = auditKey(platform.config.SECRET_KEY)
  return {
    name: 'audit',
    start: {
      scheduler: async () => {
        let closedUntil = clock.now()
        metrics.gauge('audit_unsealed_age_seconds', 'Age of the oldest row of the audit that is not sealed yet', () => (clock.now() - closedUntil) / 1000)
        const sealing = startLoop('audit-seal', { everyMs: sealEveryMs, log }, async () => {
          closedUntil = await sealAll(platform, key)
          return false
        })
        const dropping = startLoop('audit-drop', { everyMs: dropEveryMs, log }, async () => {
          for (const tenantId of await platform.directory.activeTenantIds()) await dropOld(platform, tenantId)
          return false
        })
        return async () => void (await Promise.all([sealing.stop(), dropping.stop()]))
      }
    }
  }
}

/** Seals every office; resolves to the time (ms) up to which everything everywhere is sealed. */
export async function sealAll(platform: AuditPlatform, key: SigningKey): Promise<number> {
  let closedUntil = platform.clock.now()
  for (const tenantId of await platform.directory.activeTenantIds()) {
    const { oldestOpenAt } = await sealTenant(platform.database, key, { tenantId, now: platform.clock.now() })
    if (oldestOpenAt !== null) closedUntil = Math.min(closedUntil, oldestOpenAt)
  }
  return closedUntil
}

/** Drops one office's sealed rows of before `AUDIT_KEEP_DAYS`, and says so in the audit. Resolves to how many. */
export async function dropOld(platform: AuditPlatform, tenantId: string): Promise<number> {
  const cutoff = new Date(platform.clock.now() - platform.config.AUDIT_KEEP_DAYS * dayMs)
  return platform.database.withTenant({ tenantId }, async (tx) => {
    const { rows } = await tx.query<{ dropped: number }>('select audit_drop_sealed($1) as dropped', [cutoff])
    const dropped = rows[0]?.dropped ?? 0
    if (dropped > 0) await recordAudit(tx, platform, { action: 'audit.drop', actor: null, after: { rows: dropped, before: cutoff.toISOString() } })
    return dropped
  })
}
