import type { Actor } from '#shared/identity/actor.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { departmentalCollections } from '../scopes.ts'

/** Scope -> when this person last lost it (microseconds, server clock, as text). A scope that was never lost is not in it. */
export type Losses = ReadonlyMap<string, string>

/** All that a person lost; which of them concern a collection says `lossesIn`. */
export type AllLosses = readonly { scope: string; lost: string }[]

export async function lossesOf(tx: Tx, actor: Actor): Promise<AllLosses> {
  const { rows } = await tx.query<{ scope: string; lost: string }>(
    `select scope, (extract(epoch from lost_at) * 1000000)::bigint::text as lost from lost_scope where tenant_id = $1 and user_id = $2`,
    [tx.tenantId, actor.userId]
  )
  return rows
}

/** `cases/` before a scope: lost for the departmental collections alone. Lost in both ways, the later counts. */
export function lossesIn(all: AllLosses, collection: CollectionName): Losses {
  const losses = new Map<string, string>()
  for (const { scope, lost } of all) {
    const narrowed = scope.startsWith('cases/')
    const concerns = narrowed ? departmentalCollections.has(collection) : true
    const name = narrowed ? scope.slice('cases/'.length) : scope
    const before = losses.get(name)
    if (concerns && (before === undefined || BigInt(lost) > BigInt(before))) losses.set(name, lost)
  }
  return losses
}

/**
 * A device writes records before the checkpoint that says so, and may be killed in between. So a checkpoint is not believed
 * about a scope that was lost since: one that was given back is read anew (its records may be gone already), and of one
 * that stayed lost every record is told as removed, also where the checkpoint knows nothing of it (they may be there already).
 */
export function distrustLosses(checkpoint: Checkpoint, losses: Losses, scopes: readonly string[]): Checkpoint {
  const s = { ...checkpoint.s }
  for (const [scope, lost] of losses) {
    if (checkpoint.l?.[scope] === lost) continue
    if (scopes.includes(scope)) delete s[scope]
    else s[scope] ??= ['0', '0']
  }
  return { ...checkpoint, s }
}

/** Notes which losses this checkpoint has dealt with: the reading of the scope began after it, or all its removals are told. */
export function noteLosses(checkpoint: Checkpoint, losses: Losses, scopes: readonly string[]): Checkpoint {
  const { l: _l, ...rest } = checkpoint
  const noted = [...losses].filter(([scope]) => scope in rest.s === scopes.includes(scope))
  return noted.length > 0 ? { ...rest, l: Object.fromEntries(noted) } : rest
}
