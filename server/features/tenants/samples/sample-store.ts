import type { Category } from '#shared/departments/category.ts'
import type { Samples } from '#shared/tenants/samples.ts'
import type { Ward } from '#shared/territories/ward.ts'
import { insertRows } from '../../../postgres/insert-rows.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** Samples stay together, so that a small office's worth of them is seen side by side. */
const mostWards = 6

/** Wards and categories that samples can be put into. */
export async function readGround(tx: Tx): Promise<{ wards: Ward[]; categories: Category[] }> {
  const { rows: wards } = await tx.query<{ document: Ward }>(
    'select ward_document(w) as document from ward w where tenant_id = $1 order by length(number), number, id limit $2',
    [tx.tenantId, mostWards]
  )
  const { rows: categories } = await tx.query<{ document: Category }>(
    'select category_document(c) as document from category c where tenant_id = $1 and active order by id limit 40',
    [tx.tenantId]
  )
  return { wards: wards.map(({ document }) => document), categories: categories.map(({ document }) => document) }
}

/** One at a time fills or empties: held until the transaction ends. */
export async function lockSamples(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`samples of ${tx.tenantId}`])
}

export async function readSamples(tx: Tx): Promise<Samples> {
  const { rows } = await tx.query<Samples>(
    `with s as (select record_id, kind from sample_record where tenant_id = $1),
       homes as (select record_id, sample_household_stays($1, record_id) as stays from s where kind = 'household')
     select (select count(*) from homes)::int as households,
       count(*) filter (where kind = 'person')::int as people,
       count(*) filter (where kind = 'grievance')::int as grievances,
       (select count(*) from homes where stays)::int as staying,
       ((select count(*) from grievance_event e join s on s.record_id = e.grievance_id
           where e.tenant_id = $1 and e.command_id is not null and e.actor_role <> 'system')
         + (select count(*) from correction_request c join s on s.record_id = c.grievance_id where c.tenant_id = $1)
         + (select count(*) from person_contact c join s on s.record_id = c.person_id
           where c.tenant_id = $1 and not exists (select 1 from s o where o.record_id = c.id))
         + (select count(*) from person p join s on s.record_id = p.id where p.tenant_id = $1 and p.rev > 1)
         + (select count(*) from household h join homes on record_id = h.id where h.tenant_id = $1 and h.rev > 1 and not stays))::int as written
     from s`,
    [tx.tenantId]
  )
  return rows[0]!
}

export async function markSamples(tx: Tx, records: readonly { id: string; kind: string }[]): Promise<void> {
  await insertRows(tx, 'sample_record', records.map(({ id, kind }) => ({ record_id: id, kind })))
}

/** Locks what is about to go, so that nobody writes on it any more; resolves to the ids. */
export async function holdSamples(tx: Tx): Promise<{ all: string[]; grievances: string[] }> {
  const listed = (kind: string) => `select record_id from sample_record where tenant_id = $1 and kind = '${kind}'`
  const held = async (table: 'grievance' | 'household' | 'person') =>
    (await tx.query<{ id: string }>(`select id from ${table} where tenant_id = $1 and id in (${listed(table)}) order by id for update`, [tx.tenantId])).rows
  const grievances = (await held('grievance')).map(({ id }) => id)
  await held('household')
  await held('person')
  const { rows } = await tx.query<{ id: string }>('select record_id as id from sample_record where tenant_id = $1', [tx.tenantId])
  return { all: rows.map(({ id }) => id), grievances }
}
