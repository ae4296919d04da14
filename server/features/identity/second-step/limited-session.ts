import { AppError } from '#shared/errors.ts'
import type { OfficeRole } from '#shared/identity/actor.ts'
import type { Tx } from '../../../postgres/transaction.ts'

/** Whether a person has what the rule wants: a passkey, or codes of an app. SQL about the row of `user_account` that `user` names. */
const hasStep = (user: string) => `(exists (select 1 from passkey p where p.tenant_id = ${user}.tenant_id and p.user_id = ${user}.id)
  or exists (select 1 from second_step s where s.tenant_id = ${user}.tenant_id and s.user_id = ${user}.id and s.kind = 'totp' and s.confirmed_at is not null))`

/** SQL for the `StepDue` of a session, null where it is open; see `hasStep`. `family` is the placeholder of its id. */
export const dueOfSession = (user: string, family: string) =>
  `(select case when ${hasStep(user)} then 'log_in' else 'set_up' end from limited_session l where l.tenant_id = ${user}.tenant_id and l.family_id = ${family})`

/** Limits a session that just began without a second step, where the office wants one of this role. Rows of ended sessions of the person go. */
export async function limitWithoutStep(tx: Tx, login: { familyId: string; userId: string; role: OfficeRole }): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into limited_session (tenant_id, family_id, user_id)
     select tenant_id, $2, $3 from second_step_rule where tenant_id = $1 and role = $4`,
    [tx.tenantId, login.familyId, login.userId, login.role]
  )
  if (rowCount !== 1) return false
  await tx.query(
    `delete from limited_session l where l.tenant_id = $1 and l.user_id = $2 and not exists
       (select 1 from refresh_token r where r.tenant_id = l.tenant_id and r.family_id = l.family_id and r.ended_at is null)`,
    [tx.tenantId, login.userId]
  )
  return true
}

export async function isLimited(tx: Tx, familyId: string): Promise<boolean> {
  return (await tx.query('select 1 from limited_session where tenant_id = $1 and family_id = $2', [tx.tenantId, familyId])).rows.length > 0
}

/**
 * Whoever came without a second step may set up the first one, never one beside what is there already: or the password would be enough.
 * Call it in the transaction that sets up. Throws `conflict`.
 */
export async function refuseSecondSetup(tx: Tx, userId: string): Promise<void> {
  const { rows } = await tx.query<{ has: boolean }>(`select ${hasStep('u')} as has from user_account u where u.tenant_id = $1 and u.id = $2 for update`, [tx.tenantId, userId])
  if (rows[0]?.has !== false) throw new AppError('conflict', 'There is a second step already. Log in with it.')
}

/** This session has set it up and is open. Others of the person have not shown it: they stay limited. */
export async function liftLimit(tx: Tx, familyId: string): Promise<void> {
  await tx.query('delete from limited_session where tenant_id = $1 and family_id = $2', [tx.tenantId, familyId])
}
