import { parseTrackingNumber } from '#shared/tracking-number.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** Most candidates of a search; the newest are kept. */
export const mostFound = 2_000

/** Ids that a search means, at most `mostFound`: by number, whole or begun, with or without the office's prefix; else by words. */
export async function searchGrievances(tx: Tx, text: string, prefix: string): Promise<string[]> {
  const parsed = parseTrackingNumber(text)
  if (parsed.ok) return byNumber(tx, parsed.trackingNumber)
  const begun = looksLikeNumber(text) ? await byNumberStart(tx, text.toUpperCase(), prefix) : []
  return begun.length > 0 ? begun : byWords(tx, text)
}

const looksLikeNumber = (text: string) => /^[0-9A-Za-z-]{3,}$/.test(text)

/** Also by a number that was given to another report first and still opens this one. */
async function byNumber(tx: Tx, number: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select grievance_id as id from grievance_number where tenant_id = $1 and number = $2 limit 100',
    [tx.tenantId, number]
  )
  return rows.map((row) => row.id)
}

async function byNumberStart(tx: Tx, start: string, prefix: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select g.id from grievance g where g.tenant_id = $1
       and (g.number collate "C" >= $2 and g.number collate "C" < $3 or g.number collate "C" >= $4 and g.number collate "C" < $5)
     order by g.filed_at desc limit ${mostFound}`,
    [tx.tenantId, start, `${start}~`, `${prefix}-${start}`, `${prefix}-${start}~`]
  )
  return rows.map((row) => row.id)
}

async function byWords(tx: Tx, text: string): Promise<string[]> {
  const words = [...new Set(text.split(/\s+/))].sort((a, b) => b.length - a.length).slice(0, 5)
  if ((words[0] ?? '').length < 3) return []
  const patterns = words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`)
  const { rows } = await tx.query<{ id: string }>('select grievance_search($1, $2) as id', [patterns, mostFound])
  return rows.map((row) => row.id)
}
