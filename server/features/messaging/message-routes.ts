import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { uuidSchema } from '#shared/ids.ts'
import { mayDoToAll } from '#shared/identity/access-policy.ts'
import type { Actor } from '#shared/identity/actor.ts'
import {
  messageListSchema,
  messageQuerySchema,
  messageSchema,
  messageSummarySchema
} from '#shared/messaging/message.ts'
import { may } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import { redrive } from '../../jobs/outbox.ts'
import type { OneTimeSecrets } from '../../one-time/one-time-secrets.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'
import { scopesOf } from '../../sync/scopes.ts'
import { countMessages, findMessage, listMessages, type MessageReach } from './message-store.ts'
import type { GrievancesForMessages } from './needs.ts'
import type { Senders } from './senders.ts'
import { showMessages } from './show-messages.ts'

export interface MessageRouteDeps {
  readonly database: Database
  readonly grievances: GrievancesForMessages
  readonly senders: Senders
  readonly oneTime: OneTimeSecrets
  readonly clock: Clock
  wake(): void
}

/** Calls to the provider that a person grants with one retry. */
const retryAttempts = 3

const whoIs = (actor: Actor) => ({ tenantId: actor.tenantId, actorId: actor.userId })

/** Who is limited to departments sees messages about their grievances. */
async function reachOf(tx: Tx, actor: Actor): Promise<MessageReach> {
  return mayDoToAll(actor, 'message.read') || mayDoToAll(actor, 'message.retry') ? null : (await scopesOf(tx, actor)).departmental
}

export function messageRoutes(deps: MessageRouteDeps): Route[] {
  return [listRoute(deps), summaryRoute(deps), retryRoute(deps)]
}

function listRoute(deps: MessageRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/messages',
    summary: 'Outgoing messages, newest first, with masked recipients.',
    tag: 'messaging',
    access: may('message.read'),
    query: messageQuerySchema,
    reply: { 200: messageListSchema },
    async handle({ query, context: { actor } }) {
      const messages = await deps.database.withTenant(whoIs(actor), async (tx) =>
        showMessages(tx, await listMessages(tx, { ...query, limit: query.limit + 1 }, await reachOf(tx, actor)), deps)
      )
      const page = messages.slice(0, query.limit)
      const next = messages.length > page.length ? (page.at(-1)?.id ?? null) : null
      return { status: 200, body: { messages: page, next } }
    }
  })
}

function summaryRoute({ database, senders }: MessageRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/messages/summary',
    summary: 'How many messages are in which state, and which ways out exist.',
    tag: 'messaging',
    access: may('message.read'),
    reply: { 200: messageSummarySchema },
    async handle({ context: { actor } }) {
      const counted = await database.withTenant(whoIs(actor), async (tx) => countMessages(tx, await reachOf(tx, actor)))
      const providers = { email: senders.email !== null, sms: senders.sms !== null, push: senders.push !== null }
      return { status: 200, body: { ...counted, providers } }
    }
  })
}

function retryRoute(deps: MessageRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/api/v1/messages/:id/retry',
    summary: 'Sends again what failed or is unclear.',
    tag: 'messaging',
    access: may('message.retry'),
    params: z.object({ id: uuidSchema }),
    reply: { 200: messageSchema },
    limit: { name: 'message-retry', points: 120, seconds: 60, by: 'actor' },
    async handle({ params, context: { actor } }) {
      const message = await deps.database.withTenant(whoIs(actor), async (tx) => {
        const reach = await reachOf(tx, actor)
        if (!(await findMessage(tx, params.id, reach))) throw new AppError('not_found', 'There is no such message.')
        const isQueued = await redrive(tx, params.id, retryAttempts)
        const row = await findMessage(tx, params.id, reach)
        if (!row) throw new AppError('not_found', 'There is no such message.')
        if (!isQueued) throw new AppError('conflict', `A message that is ${row.status} cannot be sent again.`)
        return (await showMessages(tx, [row], deps))[0]
      })
      deps.wake()
      if (!message) throw new AppError('not_found', 'There is no such message.')
      return { status: 200, body: message }
    }
  })
}
