import type { Actor } from '#shared/identity/actor.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import {
  compareListReplySchema, compareListRequestSchema, compareReplySchema, compareRequestSchema, fetchRecordsReplySchema, fetchRecordsRequestSchema,
  type CompareReply, type CompareRequest
} from '#shared/protocol/drift/compare.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import { signedIn } from '../../http/access.ts'
import { defineRoute, JsonText, type Route } from '../../http/define-route.ts'
import type { Platform } from '../../platform.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'
import { noteCompared } from '../device-report.ts'
import { feedState } from '../feed/feed-origin.ts'
import { lossesIn, lossesOf, noteLosses } from '../feed/lost-scopes.ts'
import { adoptedCheckpoint } from '../feed/pruned-scopes.ts'
import { mayReceive, scopesIn, scopesOf } from '../scopes.ts'
import { compareCounters, type CompareCounters } from './compare-counters.ts'
import { bucketSums, listEntries, listRows, recordTexts, sumOfAll } from './compare-scopes.ts'
import { fillDigests } from './fill-digests.ts'

interface CompareDeps extends CompareCounters {
  database: Database
  clock: { now(): number }
  keepDays: number
}

/** The doors by which a device finds out whether it holds what it should, what is wrong, and gets it. */
export function compareRoutes({ database, clock, config, metrics }: Pick<Platform, 'database' | 'clock' | 'config' | 'metrics'>): Route[] {
  const deps: CompareDeps = { database, clock, keepDays: config.BACKUP_MARK_DAYS, ...compareCounters(metrics) }
  return [compareRoute(deps), listRoute(deps), fetchRoute(deps)]
}

function compareRoute(deps: CompareDeps): Route {
  return defineRoute({
    method: 'post',
    repeatable: true,
    path: '/api/v1/sync/compare',
    summary: 'Compare a checksum over everything the device holds of a collection with what it should hold',
    tag: 'sync',
    access: signedIn,
    body: compareRequestSchema,
    reply: { 200: compareReplySchema },
    async handle({ body, context }) {
      const reply = await compare(deps, context.actor, body)
      deps.onCompared(reply.same)
      if (body.mended) deps.onMended(body.mended)
      await noteCompared(deps, context.actor, body.mended ?? [])
      return { status: 200, body: reply }
    }
  })
}

async function compare(deps: CompareDeps, actor: Actor, { collection, all }: CompareRequest): Promise<CompareReply> {
  const who = { tenantId: actor.tenantId, actorId: actor.userId }
  const readable = await deps.database.withTenant(who, (tx) => readableScopes(tx, actor, collection), { readOnly: true })
  await fillDigests(deps.database, { tenantId: actor.tenantId, collection, scopes: readable })
  return deps.database.withTenant(
    who,
    async (tx) => {
      const scopes = await readableScopes(tx, actor, collection)
      const feed = await feedState(tx, deps.keepDays)
      const sums = await bucketSums(tx, { collection, scopes })
      const held = sumOfAll(sums)
      const same = held.count === all.count && held.sum === all.sum
      const checkpoint = noteLosses(adoptedCheckpoint(feed, scopes), lossesIn(await lossesOf(tx, actor), collection), scopes)
      return { protocol: protocolVersion, serverTime: deps.clock.now(), generation: feed.generation, same, buckets: same ? {} : sums, checkpoint }
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}

function listRoute(deps: CompareDeps): Route {
  return defineRoute({
    method: 'post',
    repeatable: true,
    path: '/api/v1/sync/compare/list',
    summary: 'Id, revision and digest of the records in the buckets that differ',
    tag: 'sync',
    access: signedIn,
    body: compareListRequestSchema,
    reply: { 200: compareListReplySchema },
    async handle({ body, context }) {
      const entries = await reading(deps, context.actor, async (tx) => {
        const scopes = await readableScopes(tx, context.actor, body.collection)
        const { generation } = await feedState(tx, deps.keepDays)
        const checkpoint = body.checkpoint?.g === generation ? body.checkpoint : null
        return listEntries(tx, { ...body, checkpoint, scopes })
      })
      return { status: 200, body: { entries, more: entries.length === listRows } }
    }
  })
}

function fetchRoute(deps: CompareDeps): Route {
  return defineRoute({
    method: 'post',
    repeatable: true,
    path: '/api/v1/sync/compare/fetch',
    summary: 'Records by id, where the person may see them',
    tag: 'sync',
    access: signedIn,
    body: fetchRecordsRequestSchema,
    reply: { 200: fetchRecordsReplySchema },
    async handle({ body, context }) {
      const text = await reading(deps, context.actor, async (tx) => {
        const scopes = await readableScopes(tx, context.actor, body.collection)
        const { generation } = await feedState(tx, deps.keepDays)
        return `{"generation":${generation},"documents":[${(await recordTexts(tx, { ...body, scopes })).join(',')}]}`
      })
      return { status: 200, body: new JsonText(text) }
    }
  })
}

function reading<T>(deps: CompareDeps, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  const who = { tenantId: actor.tenantId, actorId: actor.userId }
  return deps.database.withTenant(who, work, { isolation: 'repeatable read', readOnly: true })
}

async function readableScopes(tx: Tx, actor: Actor, collection: CollectionName): Promise<readonly string[]> {
  return mayReceive(actor, collection) ? scopesIn(await scopesOf(tx, actor), collection) : []
}
