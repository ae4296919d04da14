import type { Setup, SetupStep, TenantChange } from '#shared/tenants/setup.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** The office's own facts, the steps it has done, and how much of each thing it has. */
export async function readSetup(tx: Tx): Promise<Setup> {
  const { rows } = await tx.query<Setup>(
    `select name, slug, languages, time_zone as "timeZone", reopen_hours as "reopenHours", calendar, coalesce(setup->'done', '[]') as done,
       brand_color as "brandColor", logo_version as "logoVersion",
       coalesce((select json_agg(h.host order by h.host) from tenant_host h where h.tenant_id = t.tenant_id), '[]') as hosts,
       json_build_object('wards', (select count(*) from ward w where w.tenant_id = t.tenant_id),
         'categories', (select count(*) from category c where c.tenant_id = t.tenant_id),
         'people', (select count(*) from user_account u where u.tenant_id = t.tenant_id and u.status = 'active')) as counts
     from tenant t where tenant_id = $1`,
    [tx.tenantId]
  )
  return rows[0]!
}

const columnOf = { name: 'name', languages: 'languages', timeZone: 'time_zone', reopenHours: 'reopen_hours', brandColor: 'brand_color' } as const

/** Writes what is given and leaves the rest. The calendar is told in the office's time zone. */
export async function changeTenant(tx: Tx, change: TenantChange): Promise<void> {
  const given = Object.entries(columnOf).filter(([key]) => change[key as keyof typeof columnOf] !== undefined)
  const calendar = {
    ...(change.timeZone !== undefined && { timeZone: change.timeZone }),
    ...(change.week && { week: change.week }),
    ...(change.holidays && { holidays: [...new Set(change.holidays)].sort() })
  }
  const assignments = given.map(([, column], index) => `${column} = $${index + 3}`)
  await tx.query(`update tenant set ${['calendar = calendar || $2::jsonb', ...assignments].join(', ')} where tenant_id = $1`, [
    tx.tenantId,
    JSON.stringify(calendar),
    ...given.map(([key]) => change[key as keyof typeof columnOf])
  ])
}

export async function markStep(tx: Tx, step: SetupStep, done: boolean): Promise<void> {
  await tx.query(
    `update tenant set setup = setup || jsonb_build_object('done', (coalesce(setup->'done', '[]') - $2) || case when $3 then jsonb_build_array($2::text) else '[]' end)
     where tenant_id = $1`,
    [tx.tenantId, step, done]
  )
}
