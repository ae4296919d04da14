import type { CorrectionRequest } from '#shared/privacy/data-request.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** What a citizen says is wrong, in his own words, and when the office settled it. ISO 8601. */
export interface Correction {
  readonly id: string
  readonly text: string
  readonly askedAt: string
  readonly settledAt: string | null
}

/** Requests of one report that may wait at the same time. */
const mostOpen = 5

/** Keeps a request, the same words once. False when too many of this report wait. */
export async function askCorrection(tx: Tx, asked: { id: string; grievanceId: string; text: string; now: number }): Promise<boolean> {
  await tx.query('select 1 from grievance where tenant_id = $1 and id = $2 for update', [tx.tenantId, asked.grievanceId])
  const open = (await readCorrections(tx, asked.grievanceId)).filter(({ settledAt }) => settledAt === null)
  if (open.some(({ text }) => text === asked.text)) return true
  if (open.length >= mostOpen) return false
  await tx.query('insert into correction_request (tenant_id, id, grievance_id, sealed, asked_at) values ($1, $2, $3, $4, $5)', [
    tx.tenantId, asked.id, asked.grievanceId, tx.sealed.seal(asked.id, { text: asked.text }), new Date(asked.now).toISOString()
  ])
  return true
}

export async function readCorrections(tx: Tx, grievanceId: string): Promise<Correction[]> {
  const { rows } = await tx.query<Omit<Correction, 'text'> & { sealed: string }>(
    `select id, sealed, iso_instant(asked_at) as "askedAt", iso_instant(settled_at) as "settledAt" from correction_request
     where tenant_id = $1 and grievance_id = $2 order by asked_at desc, id`,
    [tx.tenantId, grievanceId]
  )
  return rows.map(({ sealed, ...row }) => ({ ...row, text: textOf(tx, row.id, sealed) }))
}

/** Those that wait, of every report, the longest waiting first. */
export async function waitingCorrections(tx: Tx): Promise<CorrectionRequest[]> {
  const { rows } = await tx.query<Omit<CorrectionRequest, 'text'> & { sealed: string }>(
    `select r.id, r.grievance_id as "grievanceId", g.number, r.sealed, iso_instant(r.asked_at) as "askedAt"
     from correction_request r join grievance g on g.tenant_id = r.tenant_id and g.id = r.grievance_id
     where r.tenant_id = $1 and r.settled_at is null order by r.asked_at, r.id limit 200`,
    [tx.tenantId]
  )
  return rows.map(({ sealed, ...row }) => ({ ...row, text: textOf(tx, row.id, sealed) }))
}

/** Marks it done; resolves to the report it was about, null when there is none that waits. */
export async function settleCorrection(tx: Tx, id: string): Promise<string | null> {
  const { rows } = await tx.query<{ grievanceId: string }>(
    `update correction_request set settled_at = now(), settled_by = app_actor_id()
     where tenant_id = $1 and id = $2 and settled_at is null returning grievance_id as "grievanceId"`,
    [tx.tenantId, id]
  )
  return rows[0]?.grievanceId ?? null
}

function textOf(tx: Tx, id: string, sealed: string): string {
  return (tx.sealed.open(id, sealed) as { text: string }).text
}
