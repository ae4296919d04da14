import { z } from 'zod'
import {
  grievanceCountsSchema,
  grievanceDetailSchema,
  grievanceListQuerySchema,
  grievanceListSchema,
  wardCountsSchema
} from '#shared/grievances/grievance-list.ts'
import { uuidSchema } from '#shared/ids.ts'
import { may } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import type { Platform } from '../../platform.ts'
import { countViews, countWards } from './list/grievance-counts-store.ts'
import { readGrievance } from './list/grievance-detail-store.ts'
import { listGrievances } from './list/grievance-list-store.ts'
import { searchGrievances } from './list/grievance-search.ts'

type Needs = Pick<Platform, 'database'>

const path = '/api/v1/grievances'
const access = may('grievance.read')
const readOnly = { readOnly: true }

/** What the office reads. Changes go through commands, never through a route of their own. */
export function grievanceRoutes(needs: Needs): Route[] {
  return [countsRoute(needs), wardCountsRoute(needs), listRoute(needs), detailRoute(needs)]
}

function listRoute({ database }: Needs): Route {
  return defineRoute({
    method: 'get',
    path,
    summary: 'A page of grievances, filtered and sorted; never more than the reader may see.',
    tag: 'grievances',
    access,
    query: grievanceListQuerySchema,
    reply: { 200: grievanceListSchema },
    async handle({ query, context }) {
      const body = await database.withTenant(
        who(context.actor),
        async (tx) => {
          const found =
            query.q === undefined ? null : await searchGrievances(tx, query.q, context.tenant.trackingPrefix)
          return listGrievances(tx, { actor: context.actor, query, now: context.clock.now(), found })
        },
        readOnly
      )
      return { status: 200, body }
    }
  })
}

function countsRoute({ database }: Needs): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/counts`,
    summary: 'How many grievances stand in each view of the inbox.',
    tag: 'grievances',
    access,
    reply: { 200: grievanceCountsSchema },
    async handle({ context: { actor, clock } }) {
      return {
        status: 200,
        body: await database.withTenant(who(actor), (tx) => countViews(tx, actor, clock.now()), readOnly)
      }
    }
  })
}

function wardCountsRoute({ database }: Needs): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/ward-counts`,
    summary: 'Open and overdue grievances by ward.',
    tag: 'grievances',
    access,
    reply: { 200: wardCountsSchema },
    async handle({ context: { actor, clock } }) {
      return {
        status: 200,
        body: await database.withTenant(who(actor), (tx) => countWards(tx, actor, clock.now()), readOnly)
      }
    }
  })
}

function detailRoute({ database }: Needs): Route {
  return defineRoute({
    method: 'get',
    path: `${path}/:id`,
    summary: 'One grievance with its timeline; the contact of the reporter where it may be seen.',
    tag: 'grievances',
    access,
    params: z.object({ id: uuidSchema }),
    reply: { 200: grievanceDetailSchema },
    async handle({ params, context: { actor } }) {
      return {
        status: 200,
        body: await database.withTenant(who(actor), (tx) => readGrievance(tx, actor, params.id), readOnly)
      }
    }
  })
}

function who(actor: { tenantId: string; userId: string | null }): { tenantId: string; actorId: string | null } {
  return { tenantId: actor.tenantId, actorId: actor.userId }
}
