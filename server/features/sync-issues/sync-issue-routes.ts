import { z } from 'zod'
import { receiptKeySchema, receiptLookupSchema, syncIssueListSchema, syncIssueQuerySchema } from '#shared/sync-issues/sync-issue-list.ts'
import { may } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import type { Platform } from '../../platform.ts'
import { findReceipt, listIssues } from './sync-issue-store.ts'

const access = may('syncIssue.read')

/** Conflicts and refusals to look at, and the receipts of commands. Settling is a command. */
export function syncIssueRoutes({ database }: Pick<Platform, 'database'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/v1/sync-issues',
      summary: 'Conflicts and refused changes, the newest first.',
      tag: 'sync-issues',
      access,
      query: syncIssueQuerySchema,
      reply: { 200: syncIssueListSchema },
      async handle({ query, context: { actor } }) {
        const who = { tenantId: actor.tenantId, actorId: actor.userId }
        return {
          status: 200,
          body: await database.withTenant(who, (tx) => listIssues(tx, actor, query), { readOnly: true })
        }
      }
    }),
    defineRoute({
      method: 'get',
      path: '/api/v1/receipts/:key',
      summary: 'The receipt of one command, by the id of the command or the hash of the receipt, with the signature of its batch.',
      tag: 'sync-issues',
      access,
      limit: { name: 'receipts', points: 60, seconds: 60, by: 'actor' },
      params: z.object({ key: receiptKeySchema }),
      reply: { 200: receiptLookupSchema },
      async handle({ params, context: { actor } }) {
        const who = { tenantId: actor.tenantId, actorId: actor.userId }
        return {
          status: 200,
          body: await database.withTenant(who, (tx) => findReceipt(tx, actor, params.key), { readOnly: true })
        }
      }
    })
  ]
}
