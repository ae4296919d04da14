import type { Actor } from '#shared/identity/actor.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { mayReceive, scopesIn, scopesOf } from '../../sync/scopes.ts'

interface Subject {
  readonly type: string
  readonly id: string
}

/** What files need to know and to change of the record a photo belongs to. */
export const grievancePhotos = { photoSettled, maySee }

/**
 * Writes the state of one photo into its grievance. One statement, so that a step taken at the same moment loses nothing;
 * a state that stands there already raises no `rev`.
 */
async function photoSettled(
  tx: Tx,
  settled: { subject: Subject; photoId: string; state: 'ready' | 'refused' }
): Promise<void> {
  const { subject, photoId, state } = settled
  if (subject.type !== 'grievance') return
  await tx.query(
    `update grievance g set photos = (
       select jsonb_agg(case when lower(p.photo ->> 'id') = $3 then jsonb_set(p.photo, '{state}', to_jsonb($4::text)) else p.photo end order by p.place)
       from jsonb_array_elements(g.photos) with ordinality p(photo, place))
     where g.tenant_id = $1 and g.id = $2 and exists (
       select 1 from jsonb_array_elements(g.photos) q(photo) where lower(q.photo ->> 'id') = $3 and q.photo ->> 'state' is distinct from $4)`,
    [tx.tenantId, subject.id, photoId, state]
  )
}

/** Whether the grievance is in a scope of the actor: the same answer as whether a pull would bring it to him. */
async function maySee(tx: Tx, actor: Actor, subject: Subject): Promise<boolean> {
  if (subject.type !== 'grievance' || !mayReceive(actor, 'cases')) return false
  const { rows } = await tx.query(
    'select 1 from grievance g where g.tenant_id = $1 and g.id = $2 and grievance_scopes(g) && $3',
    [tx.tenantId, subject.id, scopesIn(await scopesOf(tx, actor), 'cases')]
  )
  return rows.length > 0
}
