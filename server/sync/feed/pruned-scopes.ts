import type { CollectionName } from '#shared/protocol/collection-names.ts'
import { comparePositions, type Checkpoint } from '#shared/protocol/position.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { FeedState } from './feed-origin.ts'

type Position = [xid: string, seq: string]

/** Scope -> position up to which removals are forgotten. A scope of which nothing was forgotten is not in it. */
export type PrunedScopes = ReadonlyMap<string, Position>

export async function prunedScopes(tx: Tx, collection: CollectionName): Promise<PrunedScopes> {
  const { rows } = await tx.query<{ scope: string; xid: string; seq: string }>(
    'select scope, xid::text as xid, seq::text as seq from sync_pruned where tenant_id = $1 and collection = $2',
    [tx.tenantId, collection]
  )
  return new Map(rows.map(({ scope, xid, seq }) => [scope, [xid, seq]]))
}

/**
 * Whether a removal this checkpoint has not read is forgotten, in a scope the actor has or had. A scope read from its
 * beginning after that needs none: what was forgotten then it never held.
 */
export function missesRemovals(checkpoint: Checkpoint, pruned: PrunedScopes): boolean {
  return Object.entries(checkpoint.s).some(([scope, position]) => {
    const forgotten = pruned.get(scope)
    if (!forgotten || isBeginning(position)) return false
    const since = checkpoint.p?.[scope]
    return isBefore(position, forgotten) && !(since && !isBefore(since, forgotten))
  })
}

/** Notes for scopes whose reading begins with this page what was forgotten before; drops what is no longer needed. */
export function noteBeginnings(from: Checkpoint, to: Checkpoint, pruned: PrunedScopes): Checkpoint {
  const kept: Record<string, Position> = {}
  for (const [scope, position] of Object.entries(to.s)) {
    const before = from.s[scope]
    const since = before === undefined || isBeginning(before) ? pruned.get(scope) : from.p?.[scope]
    if (since && isBefore(position, since)) kept[scope] = since
  }
  const { p: _p, ...rest } = to
  return Object.keys(kept).length > 0 ? { ...rest, p: kept } : rest
}

/** For a device that has made itself equal to what this snapshot shows: everything below the horizon is read. */
export function adoptedCheckpoint(feed: FeedState, scopes: readonly string[]): Checkpoint {
  const position: Position = [String(BigInt(feed.horizon) - 1n), '9223372036854775807']
  return { g: feed.generation, s: Object.fromEntries(scopes.map((scope) => [scope, position])), r: {} }
}

const isBeginning = ([xid]: Position): boolean => comparePositions(xid, '0') === 0

const isBefore = (a: Position, b: Position): boolean => (comparePositions(a[0], b[0]) || comparePositions(a[1], b[1])) < 0
