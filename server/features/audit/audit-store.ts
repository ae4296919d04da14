import type { AuditEntryRow, AuditFilter } from '#shared/audit/audit-entry.ts'
import type { Tx } from '../../postgres/transaction.ts'

export interface AuditPageRequest extends AuditFilter {
  before?: string | undefined
  limit: number
  timeZone: string
}

/** Least id (version 7) that can have been made at an instant. */
const firstIdAt = (instant: string) => `(lpad(to_hex((extract(epoch from ${instant}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`

/**
 * The newest entries first. Ids are version 7 and made by the server as it writes, so their order is that of time, and the
 * days bound the ids that are read.
 */
export async function listAudit(tx: Tx, { before, limit, timeZone, ...filter }: AuditPageRequest): Promise<AuditEntryRow[]> {
  const { rows } = await tx.query<AuditEntryRow>(
    `with days as (
       select ($6::date::timestamp at time zone $8) as start, (($7::date + 1)::timestamp at time zone $8) as stop
     ), sealed as (
       select until_xid, until_id, floor_seq from audit_segment where tenant_id = $1 order by number desc limit 1
     )
     select e.id, iso_instant(e.at) as at, iso_instant(e.claimed_at) as "claimedAt", e.actor_id as "actorId", u.name as "actorName",
       e.actor_role as "actorRole", e.device_id as "deviceId", e.request_id as "requestId", e.command_id as "commandId", e.action,
       e.subject_type as "subjectType", e.subject_id as "subjectId", e.before, e.after,
       coalesce(e.seq <= s.floor_seq or (e.xid, e.id) <= (s.until_xid, s.until_id), false) as sealed
     from days d cross join audit_entry e
       left join user_account u on u.tenant_id = e.tenant_id and u.id = e.actor_id
       left join sealed s on true
     where e.tenant_id = $1 and ($2::uuid is null or e.actor_id = $2) and ($3::text is null or e.action = $3) and ($4::uuid is null or e.subject_id = $4)
       and ($5::uuid is null or e.id < $5) and (d.start is null or (e.at >= d.start and e.id >= ${firstIdAt('d.start')}))
       and (d.stop is null or (e.at < d.stop and e.id < ${firstIdAt(`d.stop + interval '1 minute'`)}))
     order by e.id desc limit $9`,
    [tx.tenantId, filter.actorId ?? null, filter.action ?? null, filter.subjectId ?? null, before ?? null, filter.from ?? null, filter.until ?? null, timeZone, limit]
  )
  return rows
}

/** What was done of late, for the filter: the actions of the newest 5,000 entries. */
export async function listActions(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ action: string }>(
    'select distinct action from (select action from audit_entry where tenant_id = $1 order by id desc limit 5000) latest order by action',
    [tx.tenantId]
  )
  return rows.map((row) => row.action)
}
