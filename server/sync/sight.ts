import type { Actor, OfficeRole } from '#shared/identity/actor.ts'
import { seesEveryWard } from '#shared/identity/access-policy.ts'
import { collectionNames } from '#shared/protocol/collection-names.ts'
import type { Tx } from '../postgres/transaction.ts'

/** Who acts and what he may see, by the rows of this transaction. */
export interface Sight {
  /** Role, name and wards as they stand now, whatever the session was told some seconds ago. */
  actor: Actor
  /** False for an account that is disabled or gone: nothing it asks for is done. */
  active: boolean
  /** Scopes it receives. Null for a citizen, who has shown his proof before any rule, and for the system: nothing is hidden. */
  scopes: readonly string[] | null
  /** Those, and the ones it had and lost: a record of them may be named as gone. Any other one is as good as missing. */
  known: readonly string[]
}

interface PersonRow {
  name: string
  role: OfficeRole
  departmentId: string | null
  actions: string[] | null
  masks: string[] | null
  active: boolean
  wards: string[]
  lost: string[]
}

/** One statement, at the start of each batch. */
export async function sightOf(tx: Tx, actor: Actor): Promise<Sight> {
  if (actor.userId === null) return { actor, active: true, scopes: null, known: [] }
  const { rows } = await tx.query<PersonRow>(
    `select u.name, u.role, u.department_id as "departmentId", c.actions, c.masks, u.status = 'active' as active,
            case when u.role = 'field_worker'
              then array(select t.ward_id from user_territory t where t.tenant_id = u.tenant_id and t.user_id = u.id order by t.ward_id)
              else array(select w.id from ward w where w.tenant_id = u.tenant_id order by w.id) end as wards,
            array(select l.scope from lost_scope l where l.tenant_id = u.tenant_id and l.user_id = u.id) as lost
     from user_account u left join custom_role c on c.tenant_id = u.tenant_id and c.id = u.custom_role_id where u.tenant_id = $1 and u.id = $2`,
    [tx.tenantId, actor.userId]
  )
  const [row] = rows
  if (!row) return { actor, active: false, scopes: [], known: [] }
  const { name, role, departmentId, actions, masks, active, wards, lost } = row
  const everyWard = seesEveryWard(role)
  const office = everyWard ? ['office', 'unplaced'] : []
  const scopes = ['tenant', `user:${actor.userId}`, ...office, ...wards.map((id) => `ward:${id}`)]
  const present: Actor = { ...actor, name, role, departmentId, wardIds: everyWard ? [] : wards, ...(actions && { actions, masks: masks ?? [] }) }
  return { actor: present, active, scopes, known: [...scopes, ...lost] }
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
           where f.tenant_id = d.tenant_id and f.collection = d.collection and f.id = d.id and f.scope = any ($4))
         or (d.deleted and not exists (
           select 1 from sync_feed f where f.tenant_id = d.tenant_id and f.collection = d.collection and f.id = d.id)))`,
    [tx.tenantId, collectionNames, [...new Set(ids)], sight.scopes === null ? null : sight.known]
  )
  return new Map(rows.map(({ id, removed }) => [id, { removed }]))
}
