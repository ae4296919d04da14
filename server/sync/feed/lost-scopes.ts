import type { Actor } from '#shared/identity/actor.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** Scope -> when this person last lost it (microseconds, server clock, as text). A scope that was never lost is not in it. */
export type Losses = ReadonlyMap<string, string>

export async function lossesOf(tx: Tx, actor: Actor): Promise<Losses> {
  const { rows } = await tx.query<{ scope: string; lost: string }>(
    `select scope, (extract(epoch from lost_at) * 1000000)::bigint::text as lost from lost_scope where tenant_id = $1 and user_id = $2`,
    [tx.tenantId, actor.userId]
  )
  return new Map(rows.map(({ scope, lost }) => [scope, lost]))
}

/**
 * A scope that was lost and given back since its reading began is read anew. A device writes removals before the checkpoint
 * that says so: killed in between it comes back with the old checkpoint and without the records, and none of them changed.
 */
export function readAnewWhatWasLost(checkpoint: Checkpoint, losses: Losses): Checkpoint {
  const stands = (scope: string): boolean => !losses.has(scope) || checkpoint.l?.[scope] === losses.get(scope)
  return { ...checkpoint, s: Object.fromEntries(Object.entries(checkpoint.s).filter(([scope]) => stands(scope))) }
}

/** Notes for each scope after which loss its reading began. */
export function noteLosses(checkpoint: Checkpoint, losses: Losses): Checkpoint {
  const { l: _l, ...rest } = checkpoint
  const noted = Object.keys(rest.s).flatMap((scope) => (losses.has(scope) ? [[scope, losses.get(scope)!] as const] : []))
  return noted.length > 0 ? { ...rest, l: Object.fromEntries(noted) } : rest
}
