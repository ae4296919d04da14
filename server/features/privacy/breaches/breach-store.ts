import { AppError } from '#shared/errors.ts'
import { pageOf, type PageQuery } from '#shared/list-page.ts'
import { reportWithinMs, type Breach, type BreachStep, type BreachWords, type NewBreach } from '#shared/privacy/breach.ts'
import type { Tx } from '../../../postgres/transaction.ts'

type Row = Omit<Breach, 'dueAt' | 'closed'> & { closedAt: string | null; closedBy: string | null; closingReason: string | null }

const breaches = `select b.id, iso_instant(b.recorded_at) as "recordedAt", b.recorded_by as "recordedBy", iso_instant(b.noticed_at) as "noticedAt", b.noticed_by as "noticedBy",
  iso_instant(b.open_from) as "openFrom", iso_instant(b.open_until) as "openUntil", b.scope, b.data_kinds as "dataKinds", b.words,
  iso_instant(b.closed_at) as "closedAt", b.closed_by as "closedBy", b.closing_reason as "closingReason",
  (select coalesce(json_agg(json_build_object('step', s.step, 'doneAt', iso_instant(s.done_at), 'doneBy', s.done_by) order by s.done_at), '[]')
   from breach_step s where s.tenant_id = b.tenant_id and s.breach_id = b.id) as steps
  from breach b where b.tenant_id = $1`

export async function insertBreach(tx: Tx, breach: NewBreach & { id: string; recordedBy: string | null }, now: number): Promise<void> {
  const { id, recordedBy, noticedAt, noticedBy, openFrom, openUntil, scope, dataKinds, words } = breach
  await tx.query(
    `insert into breach (tenant_id, id, recorded_at, recorded_by, noticed_at, noticed_by, open_from, open_until, scope, data_kinds, words)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [tx.tenantId, id, new Date(now), recordedBy, noticedAt, noticedBy, openFrom, openUntil, JSON.stringify(scope), dataKinds, JSON.stringify(words)]
  )
}

/** The newest first. */
export async function listBreaches(tx: Tx, { after, limit }: PageQuery): Promise<{ breaches: Breach[]; next: string | null }> {
  const { rows } = await tx.query<Row>(`${breaches} and ($2::uuid is null or b.id < $2) order by b.id desc limit $3`, [tx.tenantId, after ?? null, limit + 1])
  const { page, next } = pageOf(rows.map(breachOf), limit)
  return { breaches: page, next }
}

export async function findBreach(tx: Tx, id: string): Promise<Breach> {
  const { rows } = await tx.query<Row>(`${breaches} and b.id = $2`, [tx.tenantId, id])
  if (!rows[0]) throw new AppError('not_found', 'There is no such breach.')
  return breachOf(rows[0])
}

/** Locks it for a change. Throws `not_found`, and `conflict` where it is closed. */
export async function holdOpenBreach(tx: Tx, id: string): Promise<Breach> {
  await tx.query('select 1 from breach where tenant_id = $1 and id = $2 for update', [tx.tenantId, id])
  const breach = await findBreach(tx, id)
  if (breach.closed) throw new AppError('conflict', 'This breach is closed.')
  return breach
}

export async function writeWords(tx: Tx, id: string, words: BreachWords): Promise<void> {
  await tx.query('update breach set words = $3 where tenant_id = $1 and id = $2', [tx.tenantId, id, JSON.stringify(words)])
}

/** Ticks a step off, or takes the tick back. */
export async function markStep(tx: Tx, { id, step }: { id: string; step: BreachStep }, done: { at: number; by: string | null } | null): Promise<void> {
  if (!done) return void (await tx.query('delete from breach_step where tenant_id = $1 and breach_id = $2 and step = $3', [tx.tenantId, id, step]))
  await tx.query('insert into breach_step (tenant_id, breach_id, step, done_at, done_by) values ($1, $2, $3, $4, $5) on conflict do nothing', [tx.tenantId, id, step, new Date(done.at), done.by])
}

export async function closeBreach(tx: Tx, id: string, closing: { at: number; by: string | null; reason: string }): Promise<void> {
  await tx.query('update breach set closed_at = $3, closed_by = $4, closing_reason = $5 where tenant_id = $1 and id = $2', [tx.tenantId, id, new Date(closing.at), closing.by, closing.reason])
}

function breachOf({ closedAt, closedBy, closingReason, ...row }: Row): Breach {
  const dueAt = new Date(Date.parse(row.noticedAt) + reportWithinMs).toISOString()
  return { ...row, dueAt, closed: closedAt === null ? null : { at: closedAt, by: closedBy, reason: closingReason ?? '' } }
}
