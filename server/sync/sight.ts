import type { Actor, OfficeRole } from '#shared/identity/actor.ts'
import { seesEveryWard } from '#shared/identity/access-policy.ts'
import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Tx } from '../postgres/transaction.ts'
import { departmentalCollections, scopesBy, scopesIn, type ScopesByCollection } from './scopes.ts'

/** Who acts and what he may see, by the rows of this transaction. */
export interface Sight {
  /** Role, name, wards and limit as they stand now, whatever the session was told some seconds ago. */
  actor: Actor
  /** False for an account that is disabled or gone: nothing it asks for is done. */
  active: boolean
  /** Scopes it receives. Null for a citizen, who has shown his proof before any rule, and for the system: nothing is hidden. */
  scopes: ScopesByCollection | null
  /** Those, and the ones it had and lost: a record of them may be named as gone. Any other one is as good as missing. */
  known: ScopesByCollection
}

const none: ScopesByCollection = { usual: [], departmental: [] }

/** The scopes by which records of a collection are visible; null where nothing is hidden. */
export const visibleIn = ({ scopes }: Sight, collection: CollectionName): readonly string[] | null => scopes && scopesIn(scopes, collection)

interface PersonRow {
  name: string
  role: OfficeRole
  departmentId: string | null
  actions: string[] | null
  masks: string[] | null
  active: boolean
  wards: string[]
  departmentLimit: string[] | null
  lost: string[]
}

/** One statement, at the start of each batch. */
export async function sightOf(tx: Tx, actor: Actor): Promise<Sight> {
  if (actor.userId === null) return { actor, active: true, scopes: null, known: none }
  const { rows } = await tx.query<PersonRow>(
    `select u.name, u.role, u.department_id as "departmentId", c.actions, c.masks, u.status = 'active' as active, u.department_limit as "departmentLimit",
            case when u.role = 'field_worker'
              then array(select t.ward_id from user_territory t where t.tenant_id = u.tenant_id and t.user_id = u.id order by t.ward_id)
              else array(select w.id from ward w where w.tenant_id = u.tenant_id order by w.id) end as wards,
            array(select l.scope from lost_scope l where l.tenant_id = u.tenant_id and l.user_id = u.id) as lost
     from user_account u left join custom_role c on c.tenant_id = u.tenant_id and c.id = u.custom_role_id where u.tenant_id = $1 and u.id = $2`,
    [tx.tenantId, actor.userId]
  )
  const [row] = rows
  if (!row) return { actor, active: false, scopes: none, known: none }
  const { name, role, departmentId, departmentLimit, actions, masks, active, wards, lost } = row
  const office = seesEveryWard(role)
  const scopes = scopesBy({ userId: actor.userId, office, wards, departmentLimit })
  const present: Actor = {
    ...actor, name, role, departmentId, wardIds: office ? [] : wards, ...(departmentLimit && { departmentLimit }), ...(actions && { actions, masks: masks ?? [] })
  }
  return { actor: present, active, scopes, known: withLost(scopes, lost) }
}

/** `cases/` before a lost scope: lost for the departmental collections alone (migration 0048). */
function withLost({ usual, departmental }: ScopesByCollection, lost: readonly string[]): ScopesByCollection {
  const whole = lost.filter((scope) => !scope.startsWith('cases/'))
  const narrowed = lost.filter((scope) => scope.startsWith('cases/')).map((scope) => scope.slice('cases/'.length))
  return { usual: [...usual, ...whole], departmental: [...departmental, ...whole, ...narrowed] }
}

/**
 * Of these records the ones that lie, or once lay, where the person could see them, and whether they are removed now. One removed so long ago
 * that the feed has forgotten where it lay counts too: it will not come, so nobody should be made to wait for it.
 */
export async function onceSeen(tx: Tx, sight: Sight, ids: readonly string[]): Promise<Map<string, { removed: boolean }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await tx.query<{ id: string; removed: boolean }>(
    `select d.id, d.deleted as removed from sync_document d
     where d.tenant_id = $1 and d.collection = any ($2) and d.id = any ($3)
       and ($4::text[] is null
         or exists (
           select 1 from sync_feed f
           where f.tenant_id = d.tenant_id and f.collection = d.collection and f.id = d.id
             and f.scope = any (case when d.collection = any ($5) then $6::text[] else $4 end))
         or (d.deleted and not exists (
           select 1 from sync_feed f where f.tenant_id = d.tenant_id and f.collection = d.collection and f.id = d.id)))`,
    [tx.tenantId, collectionNames, [...new Set(ids)], sight.scopes && sight.known.usual, [...departmentalCollections], sight.known.departmental]
  )
  return new Map(rows.map(({ id, removed }) => [id, { removed }]))
}
