import type { Actor } from '#shared/identity/actor.ts'
import { retentionRuleNames, type RetentionReport, type RetentionRules } from '#shared/privacy/retention.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { erasePerson } from './erase-person.ts'
import type { PrivacyNeeds } from './needs.ts'

const batch = 50
const dayMs = 86_400_000

/** A report in one of these is over. */
export const closedStates: readonly string[] = ['closed', 'rejected', 'withdrawn', 'duplicate']

/** The rules' conditions, the same for counting and for doing: $2 is the instant before which a record's time is over. */
const due = {
  closedReports: {
    from: 'grievance',
    where: `state = any ('{${closedStates.join(',')}}') and erased_at is null and coalesce(closed_at, resolved_at, filed_at) < $2
      and not exists (select 1 from grievance_event e where e.tenant_id = t.tenant_id and e.grievance_id = t.id and e.at >= $2)`
  },
  settledIssues: { from: 'sync_issue', where: `status = 'settled' and settled_at < $2 and emptied_at is null` },
  messages: { from: 'outbox', where: `status in ('sent', 'delivered', 'failed', 'cancelled') and updated_at < $2` }
} as const satisfies Record<keyof RetentionRules, { from: string; where: string }>

/**
 * Applies the given rules to one tenant, in small transactions that can stop anywhere and be repeated; `dryRun` only counts. The audit
 * says what went, as counts. Times by the server's clock.
 */
export async function applyRetention(
  needs: PrivacyNeeds,
  tenantId: string,
  { rules, dryRun }: { rules: Partial<RetentionRules>; dryRun: boolean }
): Promise<RetentionReport> {
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) => needs.database.withTenant({ tenantId }, work)
  const report = { closedReports: 0, settledIssues: 0, messages: 0 }
  for (const rule of retentionRuleNames) {
    const days = rules[rule]
    if (days === undefined) continue
    const before = new Date(needs.clock.now() - days * dayMs).toISOString()
    if (dryRun) {
      report[rule] = await inTenant((tx) => countDue(tx, rule, before))
      continue
    }
    for (let met = batch; met === batch; report[rule] += met) {
      const ids = await inTenant((tx) => dueIds(tx, rule, before))
      met = ids.length
      if (met === 0) break
      if (rule === 'closedReports') await erasePerson(needs, { actor: systemOf(tenantId), requestId: null }, { personIds: [], grievanceIds: ids })
      else await inTenant((tx) => (rule === 'messages' ? removeMessages(tx, ids) : emptyIssues(tx, ids)))
    }
  }
  if (!dryRun && retentionRuleNames.some((rule) => report[rule] > 0))
    await inTenant((tx) => recordAudit(tx, needs, { action: 'privacy.retention', actor: null, after: { ...report } }))
  return report
}

async function countDue(tx: Tx, rule: keyof RetentionRules, before: string): Promise<number> {
  const { from, where } = due[rule]
  const { rows } = await tx.query<{ count: number }>(`select count(*)::int as count from ${from} t where t.tenant_id = $1 and ${where}`, [tx.tenantId, before])
  return rows[0]?.count ?? 0
}

async function dueIds(tx: Tx, rule: keyof RetentionRules, before: string): Promise<string[]> {
  const { from, where } = due[rule]
  const { rows } = await tx.query<{ id: string }>(`select t.id from ${from} t where t.tenant_id = $1 and ${where} order by t.id limit ${batch}`, [tx.tenantId, before])
  return rows.map(({ id }) => id)
}

async function emptyIssues(tx: Tx, ids: readonly string[]): Promise<void> {
  const rows = ids.map((id) => ({ id, sealed: tx.sealed.seal(id, { payload: null }) }))
  await tx.query(
    `update sync_issue i set sealed = r.sealed, base = null, yours = null, theirs = null, settled_value = null, settled_before = null, emptied_at = now()
     from jsonb_to_recordset($2) r(id uuid, sealed text) where i.tenant_id = $1 and i.id = r.id`,
    [tx.tenantId, JSON.stringify(rows)]
  )
}

async function removeMessages(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.query('delete from outbox_attempt where tenant_id = $1 and message_id = any ($2)', [tx.tenantId, ids])
  await tx.query('delete from outbox where tenant_id = $1 and id = any ($2)', [tx.tenantId, ids])
}

export function systemOf(tenantId: string): Actor {
  return { tenantId, role: 'system', userId: null, deviceId: null, name: '', departmentId: null, wardIds: [] }
}
