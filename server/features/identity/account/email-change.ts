import { AppError } from '#shared/errors.ts'
import { emailChangeSchema, linkBodySchema, linkMs, linkPath } from '#shared/identity/account.ts'
import { anyone, signedIn } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import { enqueue } from '../../../jobs/outbox.ts'
import { secretMessage } from '../../../one-time/secret-message.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { checkOwnPassword } from '../password-route.ts'
import type { SessionParts } from '../needs.ts'
import { endPasswordLinks } from './password-links.ts'

const purpose = 'email.confirm'
const useLimit = { name: 'email-link-use', points: 60, seconds: 15 * 60, by: 'network' } as const
const askLimit = { name: 'email-change', points: 5, seconds: 3600, by: 'actor' } as const

/** A person's own e-mail address: it counts once confirmed there, and the former address is told. */
export function emailChangeRoutes(parts: SessionParts): Route[] {
  return [askRoute(parts), confirmRoute(parts)]
}

function askRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/session/email', summary: 'Sends a link to a new e-mail address of the person, and a notice to the former one.', tag: 'identity',
    access: signedIn, limit: askLimit, body: emailChangeSchema, reply: { 204: noBody },
    async handle({ body, context }) {
      if (parts.config.SMTP_URL === undefined) throw new AppError('conflict', 'This installation sends no e-mails.')
      await checkOwnPassword(parts, context, { password: body.password, path: 'password' })
      const { tenantId, userId } = context.actor
      await parts.database.withTenant({ tenantId, actorId: userId }, (tx) => askToConfirm(parts, tx, { userId: userId ?? '', email: body.email }))
      return { status: 204, body: undefined }
    }
  })
}

function confirmRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/email-links/use', summary: 'Confirms a new e-mail address with the link that was sent there.', tag: 'identity',
    access: anyone, limit: useLimit, body: linkBodySchema, reply: { 204: noBody },
    async handle({ body, context }) {
      await parts.database.withTenant({ tenantId: context.tenant.tenantId }, (tx) => confirm(parts, tx, body.token))
      return { status: 204, body: undefined }
    }
  })
}

async function askToConfirm(parts: SessionParts, tx: Tx, { userId, email }: { userId: string; email: string }): Promise<void> {
  const { rows } = await tx.query<{ login: string; email: string | null; language: string }>(
    'select login, email, language from user_account where id = $1',
    [userId]
  )
  const account = rows[0]
  if (!account) throw new AppError('not_found')
  const [secretId, validMs] = [parts.newId(), linkMs.email]
  const facts = { to: email, path: linkPath.email, login: account.login, ...(account.email !== null && { formerTo: account.email }) }
  await parts.oneTime.issueLink(tx, { id: secretId, purpose, subject: userId, validMs, facts }, parts.clock.now())
  const message = { secretId, channel: 'email', subject: { type: 'user', id: userId }, language: account.language, validMs } as const
  const topics = account.email === null ? (['account.email_change'] as const) : (['account.email_changing', 'account.email_change'] as const)
  await enqueue(tx, topics.map((topic) => secretMessage({ ...message, id: parts.newId(), topic })))
}

async function confirm(parts: SessionParts, tx: Tx, token: string): Promise<void> {
  const used = await parts.oneTime.useLink(tx, { purpose, token }, parts.clock.now())
  if (!used) throw new AppError('gone', 'This link was used already, has expired, or was replaced by a newer one.')
  await tx.query(`update user_account set email = $2 where id = $1 and status = 'active'`, [used.subject, used.facts['to']])
  await endPasswordLinks(parts, tx, used.subject)
}
