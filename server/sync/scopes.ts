import type { Actor } from '#shared/identity/actor.ts'
import { mayDo, seesEveryWard } from '#shared/identity/access-policy.ts'
import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Tx } from '../postgres/transaction.ts'

/**
 * Scopes of an actor, from the server's rows as they stand in this transaction: the whole tenant's reference data, his
 * own records, his wards; for office roles every ward, what has no ward, and the office's issues.
 */
export async function scopesOf(tx: Tx, actor: Actor): Promise<string[]> {
  if (actor.userId === null) return []
  const { rows } = await tx.query<{ id: string }>(
    seesEveryWard(actor.role)
      ? 'select id from ward where tenant_id = $1 order by id'
      : 'select ward_id as id from user_territory where tenant_id = $1 and user_id = $2 order by ward_id',
    seesEveryWard(actor.role) ? [tx.tenantId] : [tx.tenantId, actor.userId]
  )
  const own = ['tenant', `user:${actor.userId}`]
  const office = seesEveryWard(actor.role) ? ['office', 'unplaced'] : []
  return [...own, ...office, ...rows.map((row) => `ward:${row.id}`)]
}

const readRights = {
  cases: 'grievance.read',
  people: 'person.read',
  contacts: 'contact.read',
  issues: 'syncIssue.read'
} as const

/** Whether the person may receive the collection at all. Asking for another one gives an empty one, never an error.
 * Contacts travel whole: from whom any of their fields is hidden gets none. */
export function mayReceive(actor: Actor, collection: CollectionName): boolean {
  if (actor.userId === null) return false
  if (collection === 'contacts' && actor.masks?.length) return false
  return collection in readRights ? mayDo(actor, readRights[collection as keyof typeof readRights]) : true
}

export function receivableCollections(actor: Actor): CollectionName[] {
  return collectionNames.filter((collection) => mayReceive(actor, collection))
}
