import type { Actor } from '#shared/identity/actor.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import { comparePositions, type Checkpoint } from '#shared/protocol/position.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import type { PullRequest } from '#shared/protocol/pull.ts'
import type { Database, Tx } from '../postgres/transaction.ts'
import { feedState } from './feed/feed-origin.ts'
import { readFeedPage, type FeedPage } from './feed/feed-page.ts'
import { missesRemovals, noteBeginnings, prunedScopes } from './feed/pruned-scopes.ts'
import { mayReceive, scopesOf } from './scopes.ts'

export interface PullDeps {
  database: Database
  clock: { now(): number }
  keepDays: number
}

/**
 * Answers several replicas from one REPEATABLE READ snapshot: scopes, feed and documents agree with each other. Returns
 * the reply as JSON text; the documents in it are the text Postgres keeps, never parsed here. The shape is
 * `pullReplySchema`.
 */
export async function pull(deps: PullDeps, actor: Actor, request: PullRequest): Promise<string> {
  const who = { tenantId: actor.tenantId, actorId: actor.userId }
  return deps.database.withTenant(who, (tx) => replyText(tx, deps, { actor, request }), {
    isolation: 'repeatable read',
    readOnly: true
  })
}

async function replyText(tx: Tx, deps: PullDeps, { actor, request }: { actor: Actor; request: PullRequest }): Promise<string> {
  const feed = await feedState(tx, deps.keepDays)
  const scopes = await scopesOf(tx, actor)
  const pages: string[] = []
  for (const asked of request.pulls) {
    const pruned = await prunedScopes(tx, asked.collection)
    const reset = asked.checkpoint !== null && (asked.checkpoint.g !== feed.generation || missesRemovals(asked.checkpoint, pruned))
    const from = reset || !asked.checkpoint ? emptyCheckpoint(feed.generation) : asked.checkpoint
    const readable = mayReceive(actor, asked.collection) ? scopes : []
    const read = await readFeedPage(tx, { collection: asked.collection, scopes: readable, checkpoint: from })
    const page = { ...read, checkpoint: noteBeginnings(from, read.checkpoint, pruned) }
    const remaining = asked.checkpoint === null ? await countPresent(tx, asked.collection, readable) : null
    pages.push(pageText(asked.collection, page, { reset, remaining }))
  }
  const behind = request.reach !== undefined && comparePositions(feed.horizon, request.reach) <= 0
  const head = {
    protocol: protocolVersion,
    serverTime: deps.clock.now(),
    generation: feed.generation,
    durableTo: feed.durableTo,
    behind
  }
  return `${JSON.stringify(head).slice(0, -1)},"pulls":[${pages.join(',')}]}`
}

function emptyCheckpoint(generation: number): Checkpoint {
  return { g: generation, s: {}, r: {} }
}

function pageText(collection: CollectionName, page: FeedPage, facts: { reset: boolean; remaining: number | null }): string {
  const left = facts.remaining === null ? null : Math.max(0, facts.remaining - page.documents.length)
  const head = { collection, checkpoint: page.checkpoint, remaining: left, done: page.done, reset: facts.reset }
  return `${JSON.stringify(head).slice(0, -1)},"documents":[${page.documents.join(',')}]}`
}

/** How many documents a first sync will bring, for an honest "n of m". */
async function countPresent(tx: Tx, collection: CollectionName, scopes: readonly string[]): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*) as count from sync_feed where tenant_id = $1 and collection = $2 and scope = any ($3) and present',
    [tx.tenantId, collection, scopes]
  )
  return rows[0]?.count ?? 0
}
