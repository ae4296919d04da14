import type { SigningKey } from '../ports/signing-key.ts'
import type { Database, Tx } from '../postgres/transaction.ts'
import { entriesHash, entryHashSql, segmentHash, type SegmentContent } from './audit-segment.ts'

/** What is not as it was sealed. `entryId` where it is one row, else it is the segment itself. */
export interface Finding {
  what: 'row changed' | 'row removed' | 'row inserted' | 'row dated back' | 'segment changed' | 'segment missing' | 'segment not signed by this installation' | 'head missing'
  segment: number
  entryId: string | null
}

export interface Verification {
  findings: Finding[]
  segments: number
  rows: number
  /** Rows that are not sealed yet: of them nothing can be said. */
  open: number
  /** The last segment of each day (UTC, by the time of sealing): keep them elsewhere, and give them back with the next check. */
  heads: Head[]
}

export interface Head {
  day: string
  number: number
  hash: string
}

interface StoredSegment extends SegmentContent {
  hash: string
  keyId: string
  signature: string
  /** ms */
  sealedAt: number
  ids: string[] | null
  hashes: string[] | null
}

/** A row may come to be sealed so long after its own time, ms: the longest a transaction can have been open. */
const slackMs = 3_600_000

/** Holds one tenant's audit against its seals, in one snapshot. `kept`: heads of an earlier check, which must all still be there; `keys`: of today and from before. */
export async function verifyAudit(
  database: Database,
  keys: readonly SigningKey[],
  of: { tenantId: string; kept?: readonly Head[] }
): Promise<Verification> {
  return database.withTenant({ tenantId: of.tenantId }, (tx) => verify(tx, keys, of.kept ?? []), { isolation: 'repeatable read', readOnly: true })
}

async function verify(tx: Tx, keys: readonly SigningKey[], kept: readonly Head[]): Promise<Verification> {
  const done: Verification = { findings: [], segments: 0, rows: 0, open: 0, heads: [] }
  let before: StoredSegment | null = null
  for (;;) {
    const segment = await nextSegment(tx, before?.number ?? 0)
    if (!segment) break
    done.findings.push(...judgeHead(segment, before, keys), ...(await judgeRows(tx, segment, before)))
    done.segments += 1
    done.rows += segment.entries
    noteHead(done.heads, segment)
    const stale = kept.filter((head) => head.number === segment.number && head.hash !== segment.hash)
    done.findings.push(...stale.map((): Finding => ({ what: 'head missing', segment: segment.number, entryId: null })))
    before = segment
  }
  const last = before?.number ?? 0
  done.findings.push(...kept.filter((head) => head.number > last).map(({ number }): Finding => ({ what: 'head missing', segment: number, entryId: null })))
  const outside = await rowsOutside(tx)
  done.open = outside.filter((row) => row.open).length
  done.findings.push(...outside.filter((row) => !row.open).map(({ id }): Finding => ({ what: 'row inserted', segment: last, entryId: id })))
  return done
}

async function nextSegment(tx: Tx, after: number): Promise<StoredSegment | null> {
  const { rows } = await tx.query<StoredSegment>(
    `select tenant_id as "tenantId", number, previous_hash as "previousHash", entries, entries_hash as "entriesHash", hash, key_id as "keyId", signature,
       (extract(epoch from first_at) * 1000)::float8 as "firstAt", (extract(epoch from last_at) * 1000)::float8 as "lastAt",
       (extract(epoch from sealed_at) * 1000)::float8 as "sealedAt", entry_ids as ids, entry_hashes as hashes
     from audit_segment where tenant_id = $1 and number > $2 order by number limit 1`,
    [tx.tenantId, after]
  )
  return rows[0] ?? null
}

function judgeHead(segment: StoredSegment, before: StoredSegment | null, keys: readonly SigningKey[]): Finding[] {
  const findings: Finding[] = []
  const find = (what: Finding['what'], number = segment.number) => findings.push({ what, segment: number, entryId: null })
  for (let number = (before?.number ?? 0) + 1; number < segment.number; number += 1) find('segment missing', number)
  const follows = segment.number !== (before?.number ?? 0) + 1 || segment.previousHash === (before?.hash ?? '')
  const listed = !segment.ids || !segment.hashes || entriesHash(segment.ids, segment.hashes) === segment.entriesHash
  if (!follows || !listed || segmentHash(segment) !== segment.hash) find('segment changed')
  if (!keys.some((key) => key.verify(segment.hash, segment.signature))) find('segment not signed by this installation')
  return findings
}

async function judgeRows(tx: Tx, segment: StoredSegment, before: StoredSegment | null): Promise<Finding[]> {
  const { ids, hashes, number } = segment
  if (!ids || !hashes) return []
  const { rows } = await tx.query<{ id: string; hash: string; at: number }>(
    `select e.id, ${entryHashSql} as hash, (extract(epoch from e.at) * 1000)::float8 as at from audit_entry e where e.tenant_id = $1 and e.id = any ($2)`,
    [tx.tenantId, ids]
  )
  const stands = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((entryId, index): Finding[] => {
    const row = stands.get(entryId)
    if (!row) return [{ what: 'row removed', segment: number, entryId }]
    if (row.hash !== hashes[index]) return [{ what: 'row changed', segment: number, entryId }]
    const later = before !== null && before.sealedAt < segment.sealedAt
    return later && row.at < before.sealedAt - slackMs ? [{ what: 'row dated back', segment: number, entryId }] : []
  })
}

function noteHead(heads: Head[], { sealedAt, number, hash }: StoredSegment): void {
  const day = new Date(sealedAt).toISOString().slice(0, 10)
  if (heads.at(-1)?.day === day) heads.pop()
  heads.push({ day, number, hash })
}

/** Rows that no segment lists: open ones beyond where sealing stands, and those that should not be there. */
async function rowsOutside(tx: Tx): Promise<{ id: string; open: boolean }[]> {
  const { rows } = await tx.query<{ id: string; open: boolean }>(
    `with last as (select until_xid, until_id, floor_seq from audit_segment where tenant_id = $1 order by number desc limit 1)
     select e.id, l.until_xid is null or (e.seq > l.floor_seq and (e.xid, e.id) > (l.until_xid, l.until_id)) as open
     from audit_entry e left join last l on true
     where e.tenant_id = $1 and e.id not in (select unnest(entry_ids) from audit_segment where tenant_id = $1 and entry_ids is not null)`,
    [tx.tenantId]
  )
  return rows
}
