import { AppError } from '#shared/errors.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { mayDoToAll } from '#shared/identity/access-policy.ts'
import type { z } from 'zod'
import { isUuid } from '#shared/ids.ts'
import type { ReceiptLookup, SyncIssueList, SyncIssueRow, syncIssueQuerySchema } from '#shared/sync-issues/sync-issue-list.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { departmentalCollections, scopesOf } from '../../sync/scopes.ts'

type IssueQuery = z.output<typeof syncIssueQuerySchema>

/**
 * A page of issues, the newest first: all of the office's for those who see all, of his departments for who is limited to some, else one's
 * own. What stands in the record is told where the reader may see the record.
 */
export async function listIssues(tx: Tx, actor: Actor, query: IssueQuery): Promise<SyncIssueList> {
  const { scopes, sight } = await readableBy(tx, actor)
  const { rows } = await tx.query<{ issue: SyncIssueRow }>(
    `select sync_issue_document(i)::jsonb || jsonb_build_object('subjectCollection', d.collection,
        'subjectTitle', coalesce(d.wire::json ->> 'number', d.wire::json ->> 'name'),
        'standing', d.wire::json -> i.field, 'other', o.change) as issue
     from sync_issue i left join sync_document d on d.tenant_id = i.tenant_id and d.id = i.subject_id and d.type = i.subject_type and ($10::text[] is null or d.collection <> all ($11) or d.scopes && $10)
     left join lateral (
       select jsonb_build_object('actorId', a.actor_id, 'at', iso_instant(a.at), 'claimedAt', iso_instant(a.claimed_at)) as change
       from audit_entry a where a.tenant_id = i.tenant_id and a.subject_id = d.id and i.kind = 'conflict'
         and a.command_id is distinct from i.command_id and a.at <= i.received_at and a.after ? i.field
       order by a.at desc limit 1
     ) o on true
     where i.tenant_id = $1 and i.status = $2 and ($7::text is null or i.kind = $7) and ($8::uuid is null or i.author_id = $8)
       and ($9::text is null or coalesce(d.wire::json ->> 'wardId', i.payload_ward) = $9) and ($3::text[] is null or sync_issue_scopes(i) && $3) and ($4::uuid is null or i.subject_id = $4)
       and ($5::uuid is null or (i.received_at, i.id) < (select b.received_at, b.id from sync_issue b where b.tenant_id = $1 and b.id = $5))
     order by i.received_at desc, i.id desc limit $6`,
    [tx.tenantId, query.status, scopes, query.subjectId ?? null, query.before ?? null, query.limit + 1,
      query.kind ?? null, query.authorId ?? null, query.wardId ?? null, sight, [...departmentalCollections]]
  )
  const issues = rows.slice(0, query.limit).map((row) => tx.sealed.openRecord(row.issue))
  const next = rows.length > query.limit ? (issues.at(-1)?.id ?? null) : null
  return { issues, open: await countOpen(tx, scopes), next }
}

/** Through which scopes he reads issues, and the grievances they are about. Null: all. Whose role says only "his own" reads none of the office's. */
async function readableBy(tx: Tx, actor: Actor): Promise<{ scopes: readonly string[] | null; sight: readonly string[] | null }> {
  if (mayDoToAll(actor, 'syncIssue.read')) return { scopes: null, sight: null }
  const { departmental } = await scopesOf(tx, actor)
  return { scopes: mayDoToAll(actor.role, 'syncIssue.read') ? departmental : [`user:${actor.userId}`], sight: departmental }
}

async function countOpen(tx: Tx, scopes: readonly string[] | null): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    `select count(*) from sync_issue i where i.tenant_id = $1 and i.status = 'open' and ($2::text[] is null or sync_issue_scopes(i) && $2)`,
    [tx.tenantId, scopes]
  )
  return rows[0]?.count ?? 0
}

/**
 * The receipt with this hash, or of the command with this id. A hash has no index: every push would pay for it, and it is
 * looked up by hand. Throws `not_found` also for another person's where the reader sees only his own.
 */
export async function findReceipt(tx: Tx, actor: Actor, key: string): Promise<ReceiptLookup> {
  const author = mayDoToAll(actor, 'syncIssue.read') ? null : actor.userId
  const { rows } = await tx.query<ReceiptLookup>(
    `select c.id as "commandId", c.name, c.verdict, c.code, c.receipt_hash as hash, c.received_at as "receivedAt",
        c.claimed_at as "claimedAt", c.actor_id as "actorId", c.device_id as "deviceId", v.label as "deviceLabel",
        coalesce(d.wire::json ->> 'number', d.wire::json ->> 'name') as "subjectTitle",
        json_build_object('id', b.id, 'keyId', b.key_id, 'signature', b.signature, 'hashes', b.hashes) as batch
     from command_log c join receipt_batch b on b.tenant_id = c.tenant_id and b.id = c.batch_id
     left join device v on v.tenant_id = c.tenant_id and v.id = c.device_id
     left join sync_document d on d.tenant_id = c.tenant_id and d.id = (c.touched -> 0 ->> 'id')::uuid and d.type = c.touched -> 0 ->> 'type'
     where c.tenant_id = $1 and ${isUuid(key) ? 'c.id = $2' : 'c.receipt_hash = $2'} and ($3::uuid is null or c.actor_id = $3)`,
    [tx.tenantId, key, author]
  )
  const receipt = rows[0]
  if (!receipt) throw new AppError('not_found', 'There is no receipt for this id.')
  return receipt
}
