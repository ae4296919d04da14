import type { Tx } from '../../postgres/transaction.ts'
import type { RecordedEvent } from '../../sync/registry.ts'

/** One row of the timeline per event of a grievance, with the server's time and the actor from the server's rows. */
export async function writeTimeline(tx: Tx, events: readonly RecordedEvent[], deps: { newId(): string }): Promise<void> {
  const rows = events.filter(({ event }) => event.subject.type === 'grievance').map((recorded) => timelineRow(recorded, deps))
  if (rows.length === 0) return
  await tx.query(
    `insert into grievance_event (tenant_id, id, grievance_id, event, from_state, to_state, changes, text, visibility,
       actor_id, actor_role, actor_name, at, claimed_at, command_id)
     select $1, r.id, r.grievance_id, r.event, r.from_state, r.to_state, r.changes, r.text, r.visibility,
       r.actor_id, r.actor_role, r.actor_name, r.at, r.claimed_at, r.command_id
     from jsonb_populate_recordset(null::grievance_event, $2) r`,
    [tx.tenantId, JSON.stringify(rows)]
  )
}

function timelineRow({ event, actor, command, at }: RecordedEvent, deps: { newId(): string }) {
  const { data } = event
  return {
    id: deps.newId(),
    grievance_id: event.subject.id,
    event: event.name,
    from_state: data['fromState'] ?? null,
    to_state: data['toState'] ?? null,
    changes: data['changes'] ?? {},
    text: data['text'] ?? null,
    visibility: data['visibility'] ?? 'staff',
    actor_id: actor.userId,
    actor_role: actor.role,
    actor_name: actor.name,
    at,
    claimed_at: new Date(command.at).toISOString(),
    command_id: command.id
  }
}
