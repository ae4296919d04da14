import { AppError } from '#shared/errors.ts'
import { choosableActions, type CustomRole, type NewRole, type RoleChange } from '#shared/identity/custom-role.ts'
import { pageOf, type PageQuery } from '#shared/list-page.ts'
import { refuseConstraints } from '../../../postgres/refuse-constraints.ts'
import type { Tx } from '../../../postgres/transaction.ts'

const columns = `r.id, r.name, r.base_role as "baseRole", r.actions, r.masks,
  (select count(*)::int from user_account u where u.tenant_id = r.tenant_id and u.custom_role_id = r.id) as people`

const refusals = { custom_role_name_once: { code: 'conflict', path: 'name', message: 'This name is taken' } } as const

/** A page of the custom roles of the office, by name. */
export async function listRoles(tx: Tx, { after, limit }: PageQuery): Promise<{ page: CustomRole[]; next: string | null }> {
  const { rows } = await tx.query<CustomRole>(
    `select ${columns} from custom_role r
      where r.tenant_id = $1 and ($2::uuid is null or (r.name, r.id) > (select a.name, a.id from custom_role a where a.tenant_id = $1 and a.id = $2))
      order by r.name, r.id limit $3`,
    [tx.tenantId, after ?? null, limit + 1]
  )
  return pageOf(rows, limit)
}

/** Throws `not_found`. Locks the role, so that nobody is given it while it changes. */
export async function findRole(tx: Tx, id: string): Promise<CustomRole> {
  const { rows } = await tx.query<CustomRole>(`select ${columns} from custom_role r where r.tenant_id = $1 and r.id = $2 for update of r`, [tx.tenantId, id])
  const role = rows[0]
  if (!role) throw new AppError('not_found', 'There is no such role.')
  return role
}

export async function insertRole(tx: Tx, id: string, role: NewRole): Promise<CustomRole> {
  refuseMoreThanBase(role)
  await tx
    .query('insert into custom_role (tenant_id, id, name, base_role, actions, masks) values ($1, $2, $3, $4, $5, $6)', [tx.tenantId, id, role.name, role.baseRole, role.actions, role.masks])
    .catch(refuseConstraints(refusals))
  return findRole(tx, id)
}

export async function changeRole(tx: Tx, before: CustomRole, change: RoleChange): Promise<CustomRole> {
  const role = { ...before, ...change }
  refuseMoreThanBase(role)
  await tx
    .query('update custom_role set name = $3, actions = $4, masks = $5 where tenant_id = $1 and id = $2', [tx.tenantId, role.id, role.name, role.actions, role.masks])
    .catch(refuseConstraints(refusals))
  return findRole(tx, role.id)
}

/** Throws `conflict` while somebody has it. */
export async function removeRole(tx: Tx, { id, people }: CustomRole): Promise<void> {
  if (people > 0) throw new AppError('conflict', 'People have this role. Give them another one first.')
  await tx.query('delete from custom_role where tenant_id = $1 and id = $2', [tx.tenantId, id])
}

export async function holdersOf(tx: Tx, roleId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>('select id from user_account where tenant_id = $1 and custom_role_id = $2', [tx.tenantId, roleId])
  return rows.map((row) => row.id)
}

function refuseMoreThanBase({ baseRole, actions }: NewRole): void {
  const choosable = choosableActions(baseRole)
  if (actions.every((action) => choosable.includes(action))) return
  throw new AppError('invalid_request', 'A custom role is part of its base role.', [{ path: 'actions', message: 'More than the base role may do' }])
}
