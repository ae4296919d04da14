import { z } from 'zod'
import { seesEveryWard } from '#shared/identity/access-policy.ts'
import { uuidSchema } from '#shared/ids.ts'
import { pageQuerySchema } from '#shared/list-page.ts'
import { judgeQueueSchema, queueDetailSchema, queueListSchema, queuePageSize } from '#shared/rescue/quarantined-queue.ts'
import { rescueLimits } from '#shared/rescue/rescue-file.ts'
import { may } from '../../http/access.ts'
import { defineRawRoute, defineRoute, type Route } from '../../http/define-route.ts'
import { describeQueue, judgeQueue } from './judge-queue.ts'
import type { RescueNeeds } from './needs.ts'
import { listQueues } from './queue-store.ts'
import { readFile } from './read-file.ts'
import { receiveQueue } from './receive-queue.ts'
import { surrenderRoute } from './surrender-route.ts'

const one = '/api/v1/rescue-queues/:id'
const params = z.object({ id: uuidSchema })
const access = may('rescue.judge')

/** Bring a rescue file, see what waits, judge it. Bringing gives no right to read: the file is sealed for the office. */
export function rescueRoutes(needs: RescueNeeds): Route[] {
  return [bringRoute(needs), surrenderRoute(needs), listRoute(needs), detailRoute(needs), judgeRoute(needs)]
}

function bringRoute(needs: RescueNeeds): Route {
  return defineRawRoute({
    method: 'post',
    path: '/api/v1/rescue-queues',
    summary: 'Bring a rescue file; it waits for the judgement of the office',
    tag: 'rescue',
    access: may('rescue.bring'),
    limit: { name: 'rescue', points: 20, seconds: 60, by: 'actor' },
    contentType: 'application/json',
    bodyLimit: rescueLimits.fileBytes,
    async handle(request, response, { actor, tenant }) {
      const bytes = await readFile(request)
      const source = seesEveryWard(actor.role) ? 'office' : 'phone'
      response.status(201).json(await receiveQueue(needs, { tenant, bytes, source, uploadedBy: actor.userId }))
    }
  })
}

function listRoute({ database }: RescueNeeds): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/rescue-queues',
    summary: 'Queues brought by file or surrendered by ended devices, those that wait first',
    tag: 'rescue',
    access,
    query: pageQuerySchema(queuePageSize),
    reply: { 200: queueListSchema },
    async handle({ query, context: { actor } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const { page, next } = await database.withTenant(who, (tx) => listQueues(tx, query), { readOnly: true })
      return { status: 200, body: { queues: page, next } }
    }
  })
}

function detailRoute(needs: RescueNeeds): Route {
  return defineRoute({
    method: 'get',
    path: one,
    summary: 'One queue with its changes and what became of each',
    tag: 'rescue',
    access,
    params,
    reply: { 200: queueDetailSchema },
    async handle({ params: { id: queueId }, context: { actor, tenant } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      return { status: 200, body: await needs.database.withTenant(who, (tx) => describeQueue(tx, needs, { tenant, queueId }), { readOnly: true }) }
    }
  })
}

function judgeRoute(needs: RescueNeeds): Route {
  return defineRoute({
    method: 'post',
    path: `${one}/judge`,
    summary: 'Accept changes of a queue, which are then done as their author, or refuse them into issues',
    tag: 'rescue',
    access,
    params,
    body: judgeQueueSchema,
    reply: { 200: queueDetailSchema },
    async handle({ params: { id: queueId }, body, context: { actor: judge, tenant, requestId } }) {
      return { status: 200, body: await judgeQueue(needs, { ...body, commandIds: body.commandIds, queueId, tenant, judge, requestId }) }
    }
  })
}
