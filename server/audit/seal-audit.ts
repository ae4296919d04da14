import { chunksOf, insertRows } from '../postgres/insert-rows.ts'
import type { Database, Tx } from '../postgres/transaction.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { entriesHash, entryHashSql, segmentHash } from './audit-segment.ts'

/** Rows of one segment at most. */
const segmentRows = 2_000

interface SealableRow {
  id: string
  hash: string
  /** ms */
  at: number
  xid: string
}

/** Where sealing stands: up to here in commit order, and up to `floorSeq` whatever the order. */
interface Position {
  number: number
  hash: string
  home: string
  untilXid: string
  untilId: string
  floorSeq: string
}

export interface Sealed {
  rows: number
  /** Time of the oldest row that is still open, ms; null when there is none. */
  oldestOpenAt: number | null
}

const zeroId = '00000000-0000-0000-0000-000000000000'
const nowhere: Position = { number: 0, hash: '', home: '', untilXid: '0', untilId: zeroId, floorSeq: '0' }

/**
 * Seals what one tenant's audit has below the horizon: there every transaction has ended, so no row can come in between any
 * more. Small transactions, nothing is locked, writers are not slowed. `now` in ms, server clock.
 */
export async function sealTenant(database: Database, key: SigningKey, who: { tenantId: string; now: number }): Promise<Sealed> {
  let rows = 0
  for (;;) {
    const step = await database.withTenant({ tenantId: who.tenantId }, (tx) => sealStep(tx, key, who.now))
    rows += step.rows
    if (step.rows < segmentRows) return { rows, oldestOpenAt: step.oldestOpenAt }
  }
}

async function sealStep(tx: Tx, key: SigningKey, now: number): Promise<Sealed> {
  const { rows: free } = await tx.query<{ free: boolean }>(`select pg_try_advisory_xact_lock(hashtextextended('audit seal ' || $1, 0)) as free`, [tx.tenantId])
  if (!free[0]?.free) return { rows: 0, oldestOpenAt: null }
  const last = await lastPosition(tx)
  const { rows: here } = await tx.query<{ home: string }>('select sync_home() as home')
  const home = here[0]?.home ?? ''
  const next = last.home === home ? await nextRows(tx, last) : await rowsOfBefore(tx, { ...last, home })
  const position = await writeSegments(tx, key, { ...next, now })
  return { rows: next.rows.length, oldestOpenAt: await oldestOpen(tx, position) }
}

async function lastPosition(tx: Tx): Promise<Position> {
  const { rows } = await tx.query<Position>(
    `select number, hash, home, until_xid::text as "untilXid", until_id as "untilId", floor_seq::text as "floorSeq"
     from audit_segment where tenant_id = $1 order by number desc limit 1`,
    [tx.tenantId]
  )
  return rows[0] ?? nowhere
}

const columns = `e.id, ${entryHashSql} as hash, floor(extract(epoch from e.at) * 1000)::float8 as at, e.xid::text as xid`

async function nextRows(tx: Tx, position: Position): Promise<{ rows: SealableRow[]; position: Position }> {
  const { rows } = await tx.query<SealableRow>(
    `select ${columns} from audit_entry e
     where e.tenant_id = $1 and (e.xid, e.id) > ($2::xid8, $3::uuid) and e.seq > $4 and e.xid < pg_snapshot_xmin(pg_current_snapshot())
     order by e.xid, e.id limit ${segmentRows}`,
    [tx.tenantId, position.untilXid, position.untilId, position.floorSeq]
  )
  const last = rows.at(-1)
  return { rows, position: last ? { ...position, untilXid: last.xid, untilId: last.id } : position }
}

/**
 * The first time in this database, or the first after a restore or move: the transaction ids of before mean nothing here. With
 * the writers held back for a moment, everything that no segment lists is taken, and the new order begins.
 */
async function rowsOfBefore(tx: Tx, position: Position): Promise<{ rows: SealableRow[]; position: Position }> {
  const { rows: any } = await tx.query('select 1 from audit_entry where tenant_id = $1 limit 1', [tx.tenantId])
  if (any.length === 0) return { rows: [], position }
  const { rows: stands } = await tx.query<{ floor: string; xmin: string }>(
    'select audit_standstill()::text as floor, pg_snapshot_xmin(pg_current_snapshot())::text as xmin'
  )
  const { rows } = await tx.query<SealableRow>(
    `select ${columns} from audit_entry e
     where e.tenant_id = $1 and e.id not in (select unnest(entry_ids) from audit_segment where tenant_id = $1 and entry_ids is not null)
     order by e.seq`,
    [tx.tenantId]
  )
  return { rows, position: { ...position, untilXid: stands[0]?.xmin ?? '0', untilId: zeroId, floorSeq: stands[0]?.floor ?? '0' } }
}

async function writeSegments(
  tx: Tx,
  key: SigningKey,
  { rows, position, now }: { rows: SealableRow[]; position: Position; now: number }
): Promise<Position> {
  let at = position
  for (const part of chunksOf(rows, segmentRows)) {
    const [ids, hashes] = [part.map((row) => row.id), part.map((row) => row.hash)]
    const times = part.map((row) => row.at)
    const content = {
      tenantId: tx.tenantId, number: at.number + 1, previousHash: at.hash, entries: part.length,
      firstAt: Math.min(...times), lastAt: Math.max(...times), entriesHash: entriesHash(ids, hashes)
    }
    at = { ...at, number: content.number, hash: segmentHash(content) }
    await insertRows(tx, 'audit_segment', [
      {
        number: at.number, home: at.home, until_xid: at.untilXid, until_id: at.untilId, floor_seq: at.floorSeq,
        first_at: new Date(content.firstAt), last_at: new Date(content.lastAt), entries: part.length, entry_ids: ids, entry_hashes: hashes,
        entries_hash: content.entriesHash, previous_hash: content.previousHash, hash: at.hash,
        key_id: key.keyId, signature: key.sign(at.hash), sealed_at: new Date(now)
      }
    ])
  }
  return at
}

async function oldestOpen(tx: Tx, position: Position): Promise<number | null> {
  const { rows } = await tx.query<{ at: number | null }>(
    `select floor(extract(epoch from min(e.at)) * 1000)::float8 as at from audit_entry e
     where e.tenant_id = $1 and (e.xid, e.id) > ($2::xid8, $3::uuid) and e.seq > $4`,
    [tx.tenantId, position.untilXid, position.untilId, position.floorSeq]
  )
  return rows[0]?.at ?? null
}
