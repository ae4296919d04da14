import { AppError } from '#shared/errors.ts'
import { pageOf, type PageQuery } from '#shared/list-page.ts'
import type { NewUser, User, UserChange } from '#shared/identity/user.ts'
import { refuseConstraints } from '../../postgres/refuse-constraints.ts'
import type { Tx } from '../../postgres/transaction.ts'

const columns = `u.id, u.login, u.name, u.role, u.custom_role_id as "customRoleId", u.department_id as "departmentId", u.department_limit as "departmentLimit", u.language, u.email, u.phone, u.status,
  u.created_at as "createdAt", u.password_hash is not null as "hasPassword", coalesce((select array_agg(t.ward_id order by t.ward_id) from user_territory t
    where t.tenant_id = u.tenant_id and t.user_id = u.id), '{}') as "wardIds"`

const refusals = {
  user_account_login_once: { code: 'conflict', path: 'login', message: 'This login is taken' },
  user_account_tenant_id_department_id_fkey: { code: 'invalid_request', path: 'departmentId', message: 'There is no such department' },
  user_account_limit_of_owner: { code: 'invalid_request', path: 'departmentLimit', message: 'An owner sees every department' },
  tenant_quota_users: { code: 'conflict', path: 'quota', message: 'The office has as many active people as its operator allows' },
  user_territory_tenant_id_ward_id_fkey: { code: 'invalid_request', path: 'wardIds', message: 'There is no such ward' }
} as const

/** A page of people, by name. */
export async function listUsers(tx: Tx, { after, limit }: PageQuery): Promise<{ page: User[]; next: string | null }> {
  const { rows } = await tx.query<User>(
    `select ${columns} from user_account u
      where u.tenant_id = $1 and ($2::uuid is null or (u.name, u.id) > (select a.name, a.id from user_account a where a.tenant_id = $1 and a.id = $2))
      order by u.name, u.id limit $3`,
    [tx.tenantId, after ?? null, limit + 1]
  )
  return pageOf(rows, limit)
}

export async function findUser(tx: Tx, id: string): Promise<User> {
  const { rows } = await tx.query<User>(`select ${columns} from user_account u where u.id = $1`, [id])
  const user = rows[0]
  if (!user) throw new AppError('not_found', 'There is no such person.')
  return user
}

export async function insertUser(tx: Tx, user: Omit<NewUser, 'password'> & { id: string; passwordHash: string | null }): Promise<User> {
  await requireDepartments(tx, user.departmentLimit)
  await tx
    .query(
      `insert into user_account (tenant_id, id, login, name, role, department_id, language, email, phone, password_hash, custom_role_id, department_limit)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [tx.tenantId, user.id, user.login, user.name, user.role, user.departmentId ?? null, user.language, user.email ?? null, user.phone ?? null, user.passwordHash, user.customRoleId ?? null, user.departmentLimit ?? null]
    )
    .catch(refuseConstraints(refusals))
  if (user.wardIds) await replaceWards(tx, user.id, user.wardIds)
  return findUser(tx, user.id)
}

const columnOf = {
  name: 'name', role: 'role', customRoleId: 'custom_role_id', departmentId: 'department_id', departmentLimit: 'department_limit', language: 'language', email: 'email', phone: 'phone', status: 'status', passwordHash: 'password_hash'
} as const

/**
 * Makes changes of people wait for each other, so that the last owner cannot be lost by two at once. First in their transactions.
 * Rows that only name an owner do not wait.
 */
export async function lockOwners(tx: Tx): Promise<void> {
  await tx.query(`select id from user_account where role = 'owner' order by id for no key update`)
}

/** Writes what is given and leaves the rest. Called behind \`lockOwners\`. */
export async function changeUser(tx: Tx, id: string, change: Omit<UserChange, 'password'> & { passwordHash?: string }): Promise<User> {
  await findUser(tx, id)
  await requireDepartments(tx, change.departmentLimit)
  const given = Object.entries(columnOf).filter(([key]) => change[key as keyof typeof columnOf] !== undefined)
  if (given.length > 0) {
    const assignments = given.map(([, column], index) => `${column} = $${index + 2}`).join(', ')
    const values = given.map(([key]) => change[key as keyof typeof columnOf])
    await tx.query(`update user_account set ${assignments} where id = $1`, [id, ...values]).catch(refuseConstraints(refusals))
  }
  if (change.wardIds) await replaceWards(tx, id, change.wardIds)
  const { rows } = await tx.query(`select 1 from user_account where role = 'owner' and custom_role_id is null and status = 'active' limit 1`)
  if (rows.length === 0) throw new AppError('conflict', 'At least one active owner must remain.', [{ path: 'role', message: 'The last owner' }])
  return findUser(tx, id)
}

/** A limit has no foreign key; departments are never deleted. */
async function requireDepartments(tx: Tx, ids: readonly string[] | null | undefined): Promise<void> {
  if (!ids) return
  const { rows } = await tx.query<{ missing: boolean }>(
    'select exists (select 1 from unnest($2::uuid[]) l(id) where not exists (select 1 from department d where d.tenant_id = $1 and d.id = l.id)) as missing',
    [tx.tenantId, ids]
  )
  if (rows[0]?.missing) throw new AppError('invalid_request', 'There is no such department.', [{ path: 'departmentLimit', message: 'There is no such department' }])
}

/** Keeps the rows that stay, so that their date of grant, and what the devices hold of those wards, stays too. */
async function replaceWards(tx: Tx, userId: string, wardIds: readonly string[]): Promise<void> {
  await tx.query('delete from user_territory where user_id = $1 and not ward_id = any($2)', [userId, wardIds])
  await tx
    .query(
      `insert into user_territory (tenant_id, user_id, ward_id) select $1, $2, ward_id from unnest($3::uuid[]) as ward_id on conflict do nothing`,
      [tx.tenantId, userId, wardIds]
    )
    .catch(refuseConstraints(refusals))
}
