/** A table of the database whose rows belong to tenants, as the catalogue tells it. */
export interface TenantTable {
  readonly name: string
  /** In the order of the table; generated ones, which nobody writes, are left out. */
  readonly columns: readonly TableColumn[]
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[]
  /** Other tables its foreign keys lead to, each once. */
  readonly references: readonly string[]
  /** Unique keys that say nothing of the tenant: the whole installation shares them. */
  readonly sharedKeys: readonly string[]
}

export interface TableColumn {
  readonly name: string
  /** As Postgres prints it, e.g. `timestamp with time zone`, `uuid[]`. */
  readonly type: string
}

type Query = (text: string) => Promise<{ rows: unknown[] }>

const catalogue = `
  select c.relname as name,
    (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    coalesce((select json_agg(a.attname order by k.place) from pg_index i, unnest(i.indkey) with ordinality k(attnum, place)
     join pg_attribute a on a.attnum = k.attnum where a.attrelid = c.oid and i.indrelid = c.oid and i.indisprimary), '[]') as key,
    coalesce((select json_agg(distinct f.confrelid::regclass::text) from pg_constraint f
     where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid), '[]') as references,
    coalesce((select json_agg(i.indexrelid::regclass::text order by i.indexrelid::regclass::text) from pg_index i where i.indrelid = c.oid and i.indisunique
      and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and a.attnum = any (i.indkey))), '[]') as "sharedKeys"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
    and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
  order by c.relname collate "C"`

/**
 * Every table with a tenant_id, read from the catalogue so that a new one cannot be forgotten; referenced tables stand before
 * those that refer to them, else by name. Throws where foreign keys lead in a circle.
 */
export async function readTenantTables(query: Query): Promise<TenantTable[]> {
  const { rows } = await query(catalogue)
  return inReferenceOrder(rows as TenantTable[])
}

/** Referenced before referring, by name among equals. Throws where the references lead in a circle. */
export function inReferenceOrder<T extends Pick<TenantTable, 'name' | 'references'>>(tables: readonly T[]): T[] {
  const waiting = new Map(tables.map((table) => [table.name, table]))
  const ordered: T[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((table) => !table.references.some((name) => name !== table.name && waiting.has(name)))
    if (ready.length === 0) throw new Error(`Foreign keys lead in a circle: ${[...waiting.keys()].join(', ')}.`)
    for (const table of ready) waiting.delete(table.name)
    ordered.push(...ready)
  }
  return ordered
}
