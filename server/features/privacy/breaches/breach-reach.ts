import { AppError } from '#shared/errors.ts'
import { seesEveryWard } from '#shared/identity/access-policy.ts'
import type { OfficeRole } from '#shared/identity/actor.ts'
import type { BreachScope } from '#shared/privacy/breach.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** What lay open: wards, null for all of them, and besides them the reports that these people filed or work on. */
export interface BreachReach {
  readonly wardIds: readonly string[] | null
  readonly userIds: readonly string[]
}

const users = {
  devices: 'select user_id as id from device where tenant_id = $1 and id = any ($2)',
  accounts: 'select id from user_account where tenant_id = $1 and id = any ($2)'
} as const

/** The wards and reports of which devices hold copies, or that accounts open, as they are assigned now. Throws `unprocessable` for an id that is not of this office. */
export async function reachOf(tx: Tx, scope: BreachScope): Promise<BreachReach> {
  if (scope.kind === 'office') return { wardIds: null, userIds: [] }
  if (scope.kind === 'wards') {
    const { rows } = await tx.query<{ id: string }>('select id from ward where tenant_id = $1 and id = any ($2)', [tx.tenantId, scope.ids])
    demandAll(scope.ids, rows.length, 'ward')
    return { wardIds: scope.ids, userIds: [] }
  }
  const { rows: holders } = await tx.query<{ id: string }>(users[scope.kind], [tx.tenantId, scope.ids])
  demandAll(scope.ids, holders.length, scope.kind === 'devices' ? 'device' : 'account')
  const userIds = [...new Set(holders.map(({ id }) => id))]
  const { rows } = await tx.query<{ role: OfficeRole; wards: string[] }>(
    `select u.role, array(select t.ward_id from user_territory t where t.tenant_id = u.tenant_id and t.user_id = u.id) as wards
     from user_account u where u.tenant_id = $1 and u.id = any ($2)`,
    [tx.tenantId, userIds]
  )
  return { wardIds: rows.some(({ role }) => seesEveryWard(role)) ? null : rows.flatMap(({ wards }) => wards), userIds }
}

function demandAll(ids: readonly string[], found: number, noun: string): void {
  if (found < new Set(ids).size) throw new AppError('unprocessable', `There is no such ${noun} in this office.`)
}
