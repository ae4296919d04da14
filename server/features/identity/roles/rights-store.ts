import { AppError } from '#shared/errors.ts'
import { mayDo } from '#shared/identity/access-policy.ts'
import type { OfficeRole } from '#shared/identity/actor.ts'
import { mayGrant, type Rights } from '#shared/identity/custom-role.ts'
import type { Tx } from '../../../postgres/transaction.ts'

interface RightsRow {
  role: OfficeRole
  actions: string[] | null
  masks: string[] | null
}

const rightsOf = ({ role, actions, masks }: RightsRow): Rights => (actions ? { role, actions, masks: masks ?? [] } : { role })

/** What a person may do by the rows of this transaction. Throws `not_found`. */
export async function rightsOfUser(tx: Tx, userId: string): Promise<Rights> {
  const { rows } = await tx.query<RightsRow>(
    `select u.role, c.actions, c.masks from user_account u left join custom_role c on c.tenant_id = u.tenant_id and c.id = u.custom_role_id
     where u.tenant_id = $1 and u.id = $2 and u.status = 'active'`,
    [tx.tenantId, userId]
  )
  const row = rows[0]
  if (!row) throw new AppError('not_found', 'There is no such person.')
  return rightsOf(row)
}

/**
 * What a role gives: the base role, or a custom one, whose base must be the role named. Locked, so that it cannot grow
 * between the check and the grant.
 */
export async function rightsOfRole(tx: Tx, role: OfficeRole, customRoleId: string | null): Promise<Rights> {
  if (customRoleId === null) return { role }
  const { rows } = await tx.query<RightsRow>(
    'select base_role as role, actions, masks from custom_role where tenant_id = $1 and id = $2 and base_role = $3 for share',
    [tx.tenantId, customRoleId, role]
  )
  const row = rows[0]
  if (!row) throw new AppError('invalid_request', 'There is no such role.', [{ path: 'customRoleId', message: 'There is no such role of this base' }])
  return rightsOf(row)
}

/** Whoever manages people still may, now and in this transaction, and has all that he gives. Throws `forbidden`. */
export async function requireGrant(tx: Tx, granterId: string | null, ...granted: readonly Rights[]): Promise<void> {
  const granter = granterId === null ? null : await rightsOfUser(tx, granterId)
  if (!granter || !mayDo(granter, 'user.manage')) throw new AppError('forbidden')
  if (granted.every((rights) => mayGrant(granter, rights))) return
  throw new AppError('forbidden', 'Nobody can grant, or change in others, what he does not have himself.')
}
