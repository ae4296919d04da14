import { insertRows } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { RecordedEvent } from '../../sync/registry.ts'

/** One row of the timeline per event of a grievance, with the server's time and the actor from the server's rows. */
export async function writeTimeline(tx: Tx, events: readonly RecordedEvent[], deps: { newId(): string }): Promise<void> {
  const rows = events.filter(({ event }) => event.subject.type === 'grievance').map((recorded) => timelineRow(recorded, deps))
  await insertRows(tx, 'grievance_event', rows)
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
