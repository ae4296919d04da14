import type pg from 'pg'

/** `table.column` of every text, JSON, list or bytes in the database that holds the words, by its catalogue. */
export async function columnsHolding(client: pg.Client, words: string): Promise<string[]> {
  const { rows: columns } = await client.query<{ table: string; column: string; type: string }>(
    `select c.relname as "table", a.attname as "column", t.typname as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
       and t.typname in ('text', 'varchar', 'json', 'jsonb', 'bytea', '_text', 'name')
     order by 1, 2`
  )
  const found: string[] = []
  for (const { table, column, type } of columns) {
    const value = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`
    const { rowCount } = await client.query(`select 1 from "${table}" where strpos(${value}, $1) > 0 limit 1`, [words])
    if (rowCount) found.push(`${table}.${column}`)
  }
  return found
}
