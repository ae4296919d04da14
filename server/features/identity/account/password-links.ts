import { AppError } from '#shared/errors.ts'
import { linkMs, linkPath, type PasswordLink } from '#shared/identity/account.ts'
import type { OfficeRole } from '#shared/identity/actor.ts'
import { enqueue } from '../../../jobs/outbox.ts'
import { secretMessage } from '../../../one-time/secret-message.ts'
import type { UsedSecret } from '../../../one-time/one-time-secrets.ts'
import type { TenantRecord } from '../../../postgres/directory.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { endSessions } from '../refresh-token-store.ts'
import { requireGrant, rightsOfRole } from '../roles/rights-store.ts'
import type { SessionParts } from '../needs.ts'
import { tellChanged } from '../sessions.ts'
import { refuseWeakPassword } from './weak-passwords.ts'

/** Links from the office and links that were asked for by anybody: the second kind must not be able to end the first. */
const purposes = ['password.given', 'password.forgotten'] as const
type Purpose = (typeof purposes)[number]

interface Account {
  id: string
  login: string
  name: string
  role: OfficeRole
  customRoleId: string | null
  language: string
  email: string | null
  hasPassword: boolean
}

const columns = `id, login, name, role, custom_role_id as "customRoleId", language, email, password_hash is not null as "hasPassword"`

const gone = () => new AppError('gone', 'This link was used already, has expired, or was replaced by a newer one.')

/** A link for one person, from somebody who manages people. With `send` it goes out by e-mail and is not shown. */
export async function giveLink(
  parts: SessionParts,
  tx: Tx,
  asked: { userId: string; send: boolean; granterId: string | null }
): Promise<{ path: string | null; expiresAt: number }> {
  const account = await findAccount(tx, asked.userId)
  if (!account) throw new AppError('not_found', 'There is no such person.')
  await requireGrant(tx, asked.granterId, await rightsOfRole(tx, account.role, account.customRoleId))
  if (asked.send && account.email === null) throw new AppError('conflict', 'This person has no e-mail address.', [{ path: 'send', message: 'No address' }])
  if (asked.send && parts.config.SMTP_URL === undefined) throw new AppError('conflict', 'This installation sends no e-mails.', [{ path: 'send', message: 'No provider' }])
  const validMs = account.hasPassword ? linkMs.handed : linkMs.invited
  const token = await issue(parts, tx, { account, purpose: 'password.given', validMs, send: asked.send })
  return { path: asked.send ? null : `${linkPath.password}#${token}`, expiresAt: parts.clock.now() + validMs }
}

/** Asked for a year's worth of passwords or once: an account's mailbox gets no more than these. */
const mailsPerAccount = { name: 'forgotten-account', points: 3, seconds: 3600 }

/** Sends a link to whoever this login or address belongs to; nobody is told whether there was one. */
export async function sendForgotten(parts: SessionParts, tenant: TenantRecord, login: string): Promise<void> {
  const who = { tenantId: tenant.tenantId }
  const accounts = await parts.database.withTenant(who, (tx) => accountsOf(tx, login, { demo: parts.config.DEMO }))
  for (const account of accounts) {
    const state = await parts.limiter.consume(mailsPerAccount, `${tenant.tenantId}:${account.id}`)
    if (!state.allowed) continue
    await parts.database.withTenant(who, (tx) => issue(parts, tx, { account, purpose: 'password.forgotten', validMs: linkMs.forgotten, send: true }))
  }
}

/** Whose link it is; throws `gone`. */
export async function readPasswordLink(parts: SessionParts, tx: Tx, token: string): Promise<PasswordLink> {
  const account = await holderOf(tx, await eachPurpose((purpose) => parts.oneTime.readLink(tx, { purpose, token }, parts.clock.now())))
  const app = account.role === 'field_worker' ? 'field' : 'admin'
  return { isFirst: !account.hasPassword, name: account.name, login: account.login, app }
}

/** Sets the password and ends every session and every other link of the person. Of two uses at once one gets in, the other `gone`. */
export async function choosePassword(parts: SessionParts, tenant: TenantRecord, chosen: { token: string; password: string }): Promise<void> {
  const who = { tenantId: tenant.tenantId }
  const link = await parts.database.withTenant(who, (tx) => readPasswordLink(parts, tx, chosen.token), { readOnly: true })
  refuseWeakPassword(chosen.password, [tenant.name, link.name, link.login], 'password')
  const passwordHash = await parts.hasher.hash(chosen.password)
  const now = parts.clock.now()
  const userId = await parts.database.withTenant(who, async (tx) => {
    const used = await eachPurpose((purpose) => parts.oneTime.useLink(tx, { purpose, token: chosen.token }, now))
    const { id } = await holderOf(tx, used)
    await tx.query('update user_account set password_hash = $2 where id = $1', [id, passwordHash])
    await endPasswordLinks(parts, tx, id)
    await endSessions(tx, { userId: id }, now)
    return id
  })
  await tellChanged(parts, { ...who, userId, reason: 'revoked' })
}

/** What was sent to set a password is worth nothing once it was set, or the address has changed. */
export async function endPasswordLinks(parts: Pick<SessionParts, 'oneTime'>, tx: Tx, userId: string): Promise<void> {
  for (const purpose of purposes) await parts.oneTime.end(tx, { purpose, subject: userId })
}

async function issue(
  parts: SessionParts,
  tx: Tx,
  { account, purpose, validMs, send }: { account: Account; purpose: Purpose; validMs: number; send: boolean }
): Promise<string> {
  const id = parts.newId()
  const facts = { path: linkPath.password, login: account.login, ...(send && account.email && { to: account.email }) }
  const token = await parts.oneTime.issueLink(tx, { id, purpose, subject: account.id, validMs, facts }, parts.clock.now())
  const topic = account.hasPassword ? 'account.reset' : 'account.invited'
  const message = { id: parts.newId(), secretId: id, topic, channel: 'email', language: account.language, validMs } as const
  if (send) await enqueue(tx, [secretMessage({ ...message, subject: { type: 'user', id: account.id } })])
  return token
}

async function eachPurpose(look: (purpose: Purpose) => Promise<UsedSecret | null>): Promise<UsedSecret> {
  for (const purpose of purposes) {
    const found = await look(purpose)
    if (found) return found
  }
  throw gone()
}

async function holderOf(tx: Tx, link: UsedSecret): Promise<Account> {
  const account = await findAccount(tx, link.subject)
  if (!account) throw gone()
  return account
}

async function findAccount(tx: Tx, id: string): Promise<Account | null> {
  const { rows } = await tx.query<Account>(`select ${columns} from user_account where id = $1 and status = 'active'`, [id])
  return rows[0] ?? null
}

/** An address may serve several people of a small office. Without an address there is nowhere to send to. */
async function accountsOf(tx: Tx, login: string, { demo }: { demo: boolean }): Promise<Account[]> {
  const { rows } = await tx.query<Account>(
    `select ${columns} from user_account
      where (login = $1 or lower(email) = $1) and email is not null and status = 'active' and (not demo or $2) order by id limit 3`,
    [login, demo]
  )
  return rows
}
