import type { Actor } from '#shared/identity/actor.ts'
import { mayDo, seesEveryWard } from '#shared/identity/access-policy.ts'
import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Tx } from '../postgres/transaction.ts'

/** Collections whose records belong to a grievance or tell of one: a limit to departments is about these. */
export const departmentalCollections: ReadonlySet<CollectionName> = new Set<CollectionName>(['cases', 'contacts', 'issues'])

/** What a person receives. Without a limit to departments both are the same. */
export interface ScopesByCollection {
  readonly usual: readonly string[]
  /** In `departmentalCollections`. */
  readonly departmental: readonly string[]
}

/**
 * Scopes by who a person is: the whole tenant's reference data, his own records, his wards; for office roles every ward, what
 * has no ward, and the office's issues. With a limit: cases, contacts and issues of his departments alone, in the same wards.
 */
export function scopesBy(who: { userId: string; office: boolean; wards: readonly string[]; departmentLimit: readonly string[] | null | undefined }): ScopesByCollection {
  const { userId, office, wards, departmentLimit } = who
  const own = ['tenant', `user:${userId}`]
  const usual = [...own, ...(office ? ['office', 'unplaced'] : []), ...wards.map((id) => `ward:${id}`)]
  if (!departmentLimit) return { usual, departmental: usual }
  const ofOffice = office ? departmentLimit.flatMap((id) => [`office/${id}`, `unplaced/${id}`]) : []
  const ofWards = wards.flatMap((ward) => [`home:${ward}`, ...departmentLimit.map((id) => `ward:${ward}/${id}`)])
  return { usual, departmental: [...own, ...ofOffice, ...ofWards] }
}

export const scopesIn = ({ usual, departmental }: ScopesByCollection, collection: CollectionName): readonly string[] =>
  departmentalCollections.has(collection) ? departmental : usual

const everyWard = 'select w.id from ward w where w.tenant_id = u.tenant_id order by w.id'
const ownWards = 'select t.ward_id from user_territory t where t.tenant_id = u.tenant_id and t.user_id = u.id order by t.ward_id'

/** Scopes of an actor, from the server's rows as they stand in this transaction. */
export async function scopesOf(tx: Tx, actor: Actor): Promise<ScopesByCollection> {
  if (actor.userId === null) return { usual: [], departmental: [] }
  const office = seesEveryWard(actor.role)
  const { rows } = await tx.query<{ wards: string[]; departmentLimit: string[] | null }>(
    `select array(${office ? everyWard : ownWards}) as wards, u.department_limit as "departmentLimit" from user_account u where u.tenant_id = $1 and u.id = $2`,
    [tx.tenantId, actor.userId]
  )
  const [row] = rows
  return row ? scopesBy({ ...row, userId: actor.userId, office }) : { usual: [], departmental: [] }
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
