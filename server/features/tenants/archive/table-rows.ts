import type { Tx } from '../../../postgres/transaction.ts'
import { ArchiveError } from './archive-manifest.ts'
import { sealedColumn, type TablePlan } from './table-rules.ts'

const fetchRows = 500

/** A long look at one moment of an office, which may also wait for a disk. The time zone makes instants read the same everywhere. */
export async function holdStill(tx: Tx): Promise<void> {
  await tx.query(`select set_config('statement_timeout', '300s', true), set_config('idle_in_transaction_session_timeout', '120s', true), set_config('timezone', 'UTC', true)`)
}

/** The rows of the transaction's tenant as lines of JSON, in the order of the key whatever the database's collation is. */
export async function* rowLines(tx: Tx, plan: TablePlan): AsyncGenerator<{ text: string; rows: number }> {
  const columns = plan.columns.map(({ name, expression }) => `${expression} as "${name}"`).join(', ')
  const order = plan.key.map(({ name, type }) => (type === 'text' ? `"${name}" collate "C"` : `"${name}"`)).join(', ')
  const cursor = `rows_of_${plan.name}`.slice(0, 60)
  const sealed = plan.sealed ? `, t.sealed, t."${plan.sealed.id}"::text as id` : ''
  const rows = `select (select row_to_json(r)::text from (select ${columns}) r) as line${sealed} from "${plan.name}" t
    where tenant_id = '${uuid(tx.tenantId)}'${order && ` order by ${order}`}`
  await tx.query(`declare ${cursor} no scroll cursor for ${rows}`)
  for (;;) {
    const { rows: found } = await tx.query<FoundRow>(`fetch ${fetchRows} from ${cursor}`)
    if (found.length > 0) yield { text: found.map((row) => `${openLine(tx, row)}\n`).join(''), rows: found.length }
    if (found.length < fetchRows) break
  }
  await tx.query(`close ${cursor}`)
}

interface FoundRow {
  line: string
  sealed?: string
  id?: string
}

/** The line as it is, but for sealed fields, which stand open at its end. */
function openLine(tx: Tx, { line, sealed, id }: FoundRow): string {
  if (sealed === undefined || id === undefined) return line
  return `${line.slice(0, -1)}${openPart(tx.sealed.open(id, sealed))}`
}

const openPart = (value: unknown) => `,"${sealedColumn}":${JSON.stringify(value)}}`

/** The line of an archive as this database keeps it: its open fields sealed with today's key. Throws where they do not stand at the end. */
function sealLine(tx: Tx, line: string, { id, findable }: NonNullable<TablePlan['sealed']>): string {
  const row = JSON.parse(line) as Record<string, unknown>
  const value = row[sealedColumn] as { phone?: unknown } | null
  const part = openPart(value)
  if (value === null || typeof value !== 'object' || !line.endsWith(part)) throw new ArchiveError(null, 'a row has no open fields at its end')
  const sealed = JSON.stringify(tx.sealed.seal(String(row[id]), value))
  const hash = typeof value.phone === 'string' ? JSON.stringify(tx.sealed.phoneHash(value.phone)) : 'null'
  return `${line.slice(0, -part.length)},"${sealedColumn}":${sealed}${findable ? `,"phone_hash":${hash}` : ''}}`
}

/** A cursor takes no parameters. */
function uuid(id: string): string {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('Not the id of a tenant.')
  return id
}

/** Writes rows that came as lines of JSON; columns that did not come have their defaults. */
export async function writeRows(tx: Tx, plan: TablePlan, lines: readonly string[]): Promise<void> {
  const sealed = plan.sealed ? [sealedColumn, ...(plan.sealed.findable ? ['phone_hash'] : [])] : []
  const columns = [...plan.columns.map(({ name }) => name), ...sealed].map((name) => `"${name}"`)
  const rows = plan.sealed ? lines.map((line) => sealLine(tx, line, plan.sealed!)) : lines
  const fills = plan.fills.map(({ name }) => `"${name}"`)
  const values = [...columns.map((name) => `r.${name}`), ...plan.fills.map(({ expression }) => expression)]
  await tx.query(
    `insert into "${plan.name}" (tenant_id, ${[...columns, ...fills].join(', ')})
     select $1, ${values.join(', ')} from jsonb_populate_recordset(null::"${plan.name}", $2::jsonb) r`,
    [tx.tenantId, `[${rows.join(',')}]`]
  )
}
