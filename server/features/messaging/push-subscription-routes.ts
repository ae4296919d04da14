import { AppError } from '#shared/errors.ts'
import { pushAddressSchema } from '#shared/messaging/push-subscription.ts'
import { signedIn } from '../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../http/define-route.ts'
import { refusesHost } from '../../ports/adapters/push-agent.ts'
import type { PushSender } from '../../ports/push-sender.ts'
import type { Database } from '../../postgres/transaction.ts'
import { removeSubscriptionOfDevice, saveSubscription } from './push-subscription-store.ts'

export interface PushRouteDeps {
  readonly database: Database
  readonly push: PushSender | null
  /** Whether endpoints inside the server's own network are refused. */
  readonly onlyOutside: boolean
  newId(): string
}

export function pushSubscriptionRoutes(deps: PushRouteDeps): Route[] {
  return [subscribeRoute(deps), unsubscribeRoute(deps)]
}

function subscribeRoute({ database, push, onlyOutside, newId }: PushRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/api/v1/push-subscriptions',
    summary: 'Notices of this device go to this address from now on.',
    tag: 'messaging',
    access: signedIn,
    body: pushAddressSchema,
    reply: { 204: noBody },
    limit: { name: 'push-subscribe', points: 30, seconds: 60, by: 'actor' },
    async handle({ body, context: { actor } }) {
      const { userId, deviceId } = actor
      if (!push) throw new AppError('conflict', 'Notices are not set up on this server.')
      if (userId === null || deviceId === null) throw new AppError('forbidden', 'Only a device can subscribe.')
      if (onlyOutside && refusesHost(body.endpoint)) {
        throw new AppError('invalid_request', 'This is not the address of a push service.', [
          { path: 'endpoint', message: 'Leads into a private network' }
        ])
      }
      await database.withTenant({ tenantId: actor.tenantId, actorId: userId }, (tx) =>
        saveSubscription(tx, { ...body, id: newId(), userId, deviceId, vapidKeyId: push.keyId })
      )
      return { status: 204, body: undefined }
    }
  })
}

function unsubscribeRoute({ database }: PushRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/api/v1/push-subscriptions',
    summary: 'No more notices to this device.',
    tag: 'messaging',
    access: signedIn,
    reply: { 204: noBody },
    async handle({ context: { actor } }) {
      const { userId, deviceId } = actor
      if (deviceId !== null) {
        await database.withTenant({ tenantId: actor.tenantId, actorId: userId }, (tx) =>
          removeSubscriptionOfDevice(tx, deviceId)
        )
      }
      return { status: 204, body: undefined }
    }
  })
}
