import type { RecordFields } from '#shared/protocol/define-command.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { RecordType } from '../registry.ts'

export interface LoadedRecord {
  record: RecordFields
  /** In one of the scopes asked for, by the row as it is locked. */
  visible: boolean
}

/** Records of one type by id, locked until the end of the transaction in the order of their ids. `scopes` null sees all. */
export async function loadRecords(
  tx: Tx,
  type: RecordType,
  wanted: { ids: readonly string[]; scopes: readonly string[] | null }
): Promise<LoadedRecord[]> {
  const lock = type.readOnly ? '' : 'for no key update of t'
  const { rows } = await tx.query<{ record: RecordFields & { rev?: number }; visible: boolean }>(
    `select ${type.table}_document(t) as record, coalesce($3::text[] is null or ${type.table}_scopes(t) && $3, false) as visible from ${type.table} t
     where t.tenant_id = $1 and t.id = any ($2) order by t.id ${lock}`,
    [tx.tenantId, wanted.ids, wanted.scopes]
  )
  return rows.map(({ record, visible }) => {
    const { rev: _rev, ...fields } = tx.sealed.openRecord(record)
    return { record: fields as RecordFields, visible }
  })
}

/** Inserts whole records of one type as one set. An id that is there already fails the set. */
export async function insertRecords(tx: Tx, type: RecordType, records: readonly RecordFields[]): Promise<void> {
  const columns = columnsOf(type)
  const names = columns.map(({ column }) => `"${column}"`)
  await tx.query(
    `insert into ${type.table} (tenant_id, ${names.join(', ')})
     select $1, ${names.map((name) => `r.${name}`).join(', ')} from jsonb_populate_recordset(null::${type.table}, $2) r`,
    [tx.tenantId, JSON.stringify(records.map((record) => toRow(tx, type, record)))]
  )
}

/** Stores whole records of one type, loaded and locked before, as one set. */
export async function updateRecords(tx: Tx, type: RecordType, records: readonly RecordFields[]): Promise<void> {
  const columns = columnsOf(type)
  const changes = columns.filter(({ field }) => field !== 'id').map(({ column }) => `"${column}" = r."${column}"`)
  await tx.query(
    `update ${type.table} t set ${changes.join(', ')} from jsonb_populate_recordset(null::${type.table}, $2) r
     where t.tenant_id = $1 and t.id = r.id`,
    [tx.tenantId, JSON.stringify(records.map((record) => toRow(tx, type, record)))]
  )
}

export async function removeRecords(tx: Tx, type: RecordType, ids: readonly string[]): Promise<void> {
  await tx.query(`delete from ${type.table} where tenant_id = $1 and id = any ($2)`, [tx.tenantId, ids])
}

interface Column {
  field: string
  column: string
}

const columnsByType = new WeakMap<RecordType, Column[]>()

function columnsOf(type: RecordType): Column[] {
  const known = columnsByType.get(type)
  if (known) return known
  const sealed = type.sealed ?? []
  const kept = Object.keys(type.schema.shape).filter((field) => field !== 'type' && !sealed.includes(field))
  const columns = [...kept, ...(type.sealed ? ['sealed'] : []), ...(sealed.includes('phone') ? ['phoneHash'] : [])]
    .map((field) => ({ field, column: field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) }))
  columnsByType.set(type, columns)
  return columns
}

function toRow(tx: Tx, type: RecordType, record: RecordFields): Record<string, unknown> {
  const row: Record<string, unknown> = type.sealed ? tx.sealed.sealRow(record, type.sealed) : record
  return Object.fromEntries(columnsOf(type).map(({ field, column }) => [column, row[field] ?? null]))
}
