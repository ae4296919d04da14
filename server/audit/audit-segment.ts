import { hash } from 'node:crypto'
import { createSigningKey, type SigningKey } from '../ports/signing-key.ts'

/** The head of a segment: everything its hash speaks for, the hashes of its rows in one. Instants in ms, server clock. */
export interface SegmentContent {
  tenantId: string
  number: number
  /** Hash of the segment before, '' for the first. */
  previousHash: string
  entries: number
  firstAt: number
  lastAt: number
  entriesHash: string
}

const sha256 = (text: string) => hash('sha256', text, 'hex')

/** SHA-256 (hex) over the rows' ids and hashes, in the order in which they are sealed. */
export function entriesHash(ids: readonly string[], hashes: readonly string[]): string {
  return sha256(ids.map((id, index) => `${id} ${hashes[index]}`).join('\n'))
}

/** SHA-256 (hex) of a head; it is chained by `previousHash`. */
export function segmentHash({ tenantId, number, previousHash, entries, firstAt, lastAt, ...rest }: SegmentContent): string {
  return sha256(['sampark audit 1', tenantId, number, previousHash, entries, firstAt, lastAt, rest.entriesHash].join('\n'))
}

/** Signs the hashes of segments. */
export function auditKey(secretKey: string): SigningKey {
  return createSigningKey(secretKey, 'sampark audit seal')
}

/**
 * SQL: SHA-256 (hex) of a row `e` of audit_entry, over everything that it says. Written out here and not kept in the database,
 * where whoever changes rows could change it too.
 */
export const entryHashSql = `encode(sha256(convert_to(jsonb_build_array(e.tenant_id, e.id, extract(epoch from e.at), extract(epoch from e.claimed_at),
  e.actor_id, e.actor_role, e.device_id, e.command_id, e.request_id, e.action, e.subject_type, e.subject_id, e.before, e.after)::text, 'UTF8')), 'hex')`
