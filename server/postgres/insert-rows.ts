import type { Tx } from './transaction.ts'

/** Fields in camelCase as columns in snake_case, without `type`, which the table says. */
export function rowOf(record: object): Record<string, unknown> {
  const columns = Object.entries(record).filter(([field]) => field !== 'type')
  return Object.fromEntries(
    columns.map(([field, value]) => [field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value])
  )
}

type Row = Readonly<Record<string, unknown>>

/** Rows that have some values in common. */
export interface LikeRows {
  rows: readonly Row[]
  same: Row
}

/**
 * Inserts rows of the transaction's tenant as one statement. All have the columns of the first, in snake_case, and every one
 * the values of `same` besides; undefined is null.
 */
export async function insertRows(tx: Tx, table: string, set: readonly Row[] | LikeRows): Promise<void> {
  const { rows, same } = 'same' in set ? set : { rows: set, same: {} }
  const [first] = rows
  if (!first) return
  const columns = [...Object.keys(same), ...Object.keys(first)].map((name) => `"${name}"`)
  const values = [...Object.keys(same).map((_, index) => `$${index + 3}`), ...Object.keys(first).map((name) => `r."${name}"`)]
  await tx.query(
    `insert into ${table} (tenant_id, ${columns.join(', ')})
     select $1, ${values.join(', ')} from jsonb_populate_recordset(null::${table}, $2) r`,
    [tx.tenantId, JSON.stringify(rows), ...Object.values(same)]
  )
}

/** The list in parts of at most `size`. */
export function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, part) => list.slice(part * size, (part + 1) * size))
}
