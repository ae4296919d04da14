import { AppError } from '#shared/errors.ts'
import { pageOf, type PageQuery } from '#shared/list-page.ts'
import type { QuarantinedQueue, QueueItem } from '#shared/rescue/quarantined-queue.ts'
import { refuseRescueFile } from '#shared/rescue/rescue-refusal.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** What an office may have lying unjudged. */
const quota = { bytes: 1_000_000_000, queuesOfDevice: 50 }

export interface NewQueue {
  id: string
  deviceId: string
  authorId: string
  source: QuarantinedQueue['source']
  uploadedBy: string | null
  sha256: string
  contentHash: string
  commandIds: string[]
  photos: number
  sealed: Buffer
  /** Clock of the device, ms. */
  madeAt: number
  /** Server clock, ms. */
  receivedAt: number
}

/**
 * Keeps a queue; one of the same content that is here already stays as it is, and its id is given. Throws `too_large` when the
 * office has too much waiting, and `unprocessable` for an author whom the office does not know.
 */
export async function keepQueue(tx: Tx, queue: NewQueue): Promise<string> {
  const known = await tx.query<{ id: string }>('select id from quarantined_queue where tenant_id = $1 and content_hash = $2', [tx.tenantId, queue.contentHash])
  if (known.rows[0]) return known.rows[0].id
  await refuseUnfit(tx, queue)
  const { rows } = await tx.query<{ id: string }>(
    `insert into quarantined_queue (tenant_id, id, device_id, author_id, source, uploaded_by, sha256, content_hash, command_ids,
       photos, bytes, made_at, received_at, sealed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (tenant_id, content_hash) do update set content_hash = excluded.content_hash returning id`,
    [
      tx.tenantId, queue.id, queue.deviceId, queue.authorId, queue.source, queue.uploadedBy, queue.sha256, queue.contentHash, queue.commandIds,
      queue.photos, queue.sealed.length, new Date(queue.madeAt), new Date(queue.receivedAt), queue.sealed
    ]
  )
  return rows[0]?.id ?? queue.id
}

async function refuseUnfit(tx: Tx, queue: NewQueue): Promise<void> {
  const { rows } = await tx.query<{ author: boolean; bytes: number; queues: number }>(
    `select exists (select 1 from user_account where tenant_id = $1 and id = $2) as author,
       coalesce(sum(bytes), 0)::float8 as bytes, (count(*) filter (where device_id = $3))::int as queues
     from quarantined_queue where tenant_id = $1 and status = 'open'`,
    [tx.tenantId, queue.authorId, queue.deviceId]
  )
  const found = rows[0]
  if (!found?.author) throw refuseRescueFile('unknownAuthor')
  if (found.bytes + queue.sealed.length > quota.bytes || found.queues >= quota.queuesOfDevice) {
    throw refuseRescueFile('tooManyWait')
  }
}

const columns = `q.id, q.device_id as "deviceId", q.author_id as "authorId", u.name as "authorName", q.source, q.photos, q.bytes, q.sha256, q.status,
  cardinality(q.command_ids) as commands, iso_instant(q.made_at) as "madeAt", iso_instant(q.received_at) as "receivedAt",
  iso_instant(q.judged_at) as "judgedAt", exists (select 1 from refresh_token r
    where r.tenant_id = q.tenant_id and r.device_id = q.device_id and r.user_id = q.author_id) as "deviceKnown"`

/** A page: the newest first, those that wait before the others. */
export async function listQueues(tx: Tx, { after, limit }: PageQuery): Promise<{ page: QuarantinedQueue[]; next: string | null }> {
  const place = (table: string) => `${table}.status <> 'judged', ${table}.received_at, ${table}.id`
  const { rows } = await tx.query<QuarantinedQueue>(
    `select ${columns} from quarantined_queue q join user_account u on u.tenant_id = q.tenant_id and u.id = q.author_id
      where q.tenant_id = $1 and ($2::uuid is null or (${place('q')}) < (select ${place('a')} from quarantined_queue a where a.tenant_id = $1 and a.id = $2))
      order by (q.status <> 'judged') desc, q.received_at desc, q.id desc limit $3`,
    [tx.tenantId, after ?? null, limit + 1]
  )
  return pageOf(rows, limit)
}

export interface KeptQueue {
  queue: QuarantinedQueue
  commandIds: string[]
  /** Null once it is judged. */
  sealed: Buffer | null
}

/** Throws `not_found`. */
export async function findQueue(tx: Tx, id: string): Promise<KeptQueue> {
  const { rows } = await tx.query<QuarantinedQueue & { commandIds: string[]; sealed: Buffer | null }>(
    `select ${columns}, q.command_ids as "commandIds", q.sealed
     from quarantined_queue q join user_account u on u.tenant_id = q.tenant_id and u.id = q.author_id where q.tenant_id = $1 and q.id = $2`,
    [tx.tenantId, id]
  )
  const [row] = rows
  if (!row) throw new AppError('not_found', 'There is no such queue.')
  const { commandIds, sealed, ...queue } = row
  return { queue, commandIds, sealed }
}

export type Decided = Pick<QueueItem, 'commandId' | 'name' | 'claimedAt' | 'state' | 'code'>

/** What was decided about these commands, by whatever way they came; those that wait for a record are named as waiting. */
export async function decidedOf(tx: Tx, commandIds: readonly string[]): Promise<Map<string, Decided>> {
  const { rows } = await tx.query<Decided>(
    `select id as "commandId", name, iso_instant(claimed_at) as "claimedAt", verdict as state, code from command_log where tenant_id = $1 and id = any ($2)
     union all
     select command_id, command ->> 'name', iso_instant(to_timestamp((command ->> 'at')::bigint / 1000.0)), 'waiting', null
     from held_command where tenant_id = $1 and command_id = any ($2)`,
    [tx.tenantId, commandIds]
  )
  return new Map(rows.map((row) => [row.commandId, row]))
}

/** Everything in it is decided: the sealed file goes, the list keeps the line. `now`: server clock, ms. */
export async function closeQueue(tx: Tx, closed: { id: string; by: string | null; now: number }): Promise<void> {
  await tx.query(
    `update quarantined_queue set status = 'judged', sealed = null, judged_by = $3, judged_at = $4 where tenant_id = $1 and id = $2 and status = 'open'`,
    [tx.tenantId, closed.id, closed.by, new Date(closed.now)]
  )
}
