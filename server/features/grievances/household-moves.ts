import type { Tx } from '../../postgres/transaction.ts'
import type { RecordedEvent } from '../../sync/registry.ts'

/**
 * The open grievances of a household and its people that lie in the ward it leaves go with it, and their timelines say so. A
 * closed one stays where it was answered; one that lies elsewhere (a pothole at the market) stays where it is.
 */
export async function followHouseholds(tx: Tx, events: readonly RecordedEvent[], deps: { newId(): string }): Promise<void> {
  for (const { event, actor, command, at } of events) {
    if (event.name !== 'household.moved') continue
    const { fromWardId, wardId } = event.data
    const moved = await tx.query<{ id: string; state: string }>(
      `update grievance g set ward_id = $3 where g.tenant_id = $1 and g.ward_id = $4
         and g.state not in ('resolved', 'rejected', 'duplicate', 'withdrawn', 'closed')
         and (g.household_id = $2 or g.person_id in (select p.id from person p where p.tenant_id = $1 and p.household_id = $2))
       returning g.id, g.state`,
      [tx.tenantId, event.subject.id, wardId, fromWardId]
    )
    if (moved.rows.length === 0) continue
    await tx.query(
      `insert into grievance_event (tenant_id, id, grievance_id, event, from_state, to_state, changes, visibility, actor_id, actor_role, actor_name, at, claimed_at, command_id)
       select $1, m.id, m.grievance_id, 'grievance.edited', m.state, m.state, $3, 'staff', $4, $5, $6, $7, $8, $9
       from jsonb_to_recordset($2::jsonb) m(id uuid, grievance_id uuid, state text)`,
      [
        tx.tenantId,
        JSON.stringify(moved.rows.map((row) => ({ id: deps.newId(), grievance_id: row.id, state: row.state }))),
        JSON.stringify({ wardId: [fromWardId, wardId] }),
        actor.userId,
        actor.role,
        actor.name,
        at,
        new Date(command.at).toISOString(),
        command.id
      ]
    )
  }
}
