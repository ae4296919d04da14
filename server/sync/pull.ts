import type { Actor } from '#shared/identity/actor.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import { comparePositions, type Checkpoint } from '#shared/protocol/position.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import type { PullRequest } from '#shared/protocol/pull.ts'
import { JsonText } from '../http/define-route.ts'
import type { Database, Tx } from '../postgres/transaction.ts'
import { feedState, type FeedState } from './feed/feed-origin.ts'
import { readFeedPage } from './feed/feed-page.ts'
import { distrustLosses, lossesIn, lossesOf, noteLosses, type AllLosses } from './feed/lost-scopes.ts'
import { missesRemovals, noteBeginnings, prunedScopes, type PrunedScopes } from './feed/pruned-scopes.ts'
import { mayReceive, scopesIn, scopesOf, type ScopesByCollection } from './scopes.ts'

export interface PullDeps {
  database: Database
  clock: { now(): number }
  keepDays: number
}

/**
 * Answers several replicas from one REPEATABLE READ snapshot: scopes, feed and documents agree with each other. The reply
 * is JSON text; the documents in it are the text Postgres keeps, never parsed or joined here. The shape is `pullReplySchema`.
 */
export async function pull(deps: PullDeps, actor: Actor, request: PullRequest): Promise<JsonText> {
  const who = { tenantId: actor.tenantId, actorId: actor.userId }
  return deps.database.withTenant(who, (tx) => replyText(tx, deps, { actor, request }), {
    isolation: 'repeatable read',
    readOnly: true,
    keyed: true
  })
}

async function replyText(tx: Tx, deps: PullDeps, { actor, request }: { actor: Actor; request: PullRequest }): Promise<JsonText> {
  const [feed, scopes, losses, ...pruned] = await Promise.all([
    feedState(tx, deps.keepDays),
    scopesOf(tx, actor),
    lossesOf(tx, actor),
    ...request.pulls.map(({ collection }) => prunedScopes(tx, collection))
  ])
  const standing = { feed, scopes, actor, losses }
  const pages = await Promise.all(request.pulls.map((asked, index) => readPage(tx, { asked, pruned: pruned[index] ?? new Map(), standing })))
  const behind = request.reach !== undefined && comparePositions(feed.horizon, request.reach) <= 0
  const head = {
    protocol: protocolVersion,
    serverTime: deps.clock.now(),
    generation: feed.generation,
    durableTo: feed.durableTo,
    behind
  }
  return new JsonText(`${JSON.stringify(head).slice(0, -1)},"pulls":[`, ...pages.flatMap((page, index) => (index > 0 ? [',', ...page] : page)), ']}')
}

interface AskedPage {
  asked: PullRequest['pulls'][number]
  pruned: PrunedScopes
  standing: { feed: FeedState; scopes: ScopesByCollection; actor: Actor; losses: AllLosses }
}

/** One page as JSON, in pieces that are joined when they are sent. */
async function readPage(tx: Tx, { asked, pruned, standing }: AskedPage): Promise<string[]> {
  const { feed, actor } = standing
  const { collection, checkpoint } = asked
  const losses = lossesIn(standing.losses, collection)
  const reset = checkpoint !== null && (checkpoint.g !== feed.generation || missesRemovals(checkpoint, pruned))
  const readable = mayReceive(actor, collection) ? scopesIn(standing.scopes, collection) : []
  const believed = reset || !checkpoint ? emptyCheckpoint(feed.generation) : checkpoint
  const from = readable.length > 0 ? distrustLosses(believed, losses, readable) : believed
  const [page, present] = await Promise.all([
    readFeedPage(tx, { collection, scopes: readable, checkpoint: from }),
    checkpoint === null ? countPresent(tx, collection, readable) : null
  ])
  const head = {
    collection,
    checkpoint: noteLosses(noteBeginnings(from, page.checkpoint, pruned), losses, readable),
    remaining: present === null ? null : Math.max(0, present - page.documentCount),
    done: page.done,
    reset
  }
  return [`${JSON.stringify(head).slice(0, -1)},"documents":[`, page.documents, ']}']
}

function emptyCheckpoint(generation: number): Checkpoint {
  return { g: generation, s: {}, r: {} }
}

/** How many documents a first sync will bring, for an honest "n of m". */
async function countPresent(tx: Tx, collection: CollectionName, scopes: readonly string[]): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*) as count from sync_feed where tenant_id = $1 and collection = $2 and scope = any ($3) and present',
    [tx.tenantId, collection, scopes]
  )
  return rows[0]?.count ?? 0
}
