import { grievanceCommands } from '#shared/grievances/grievance-commands.ts'
import { grievanceSchema, reporterContactSchema } from '#shared/grievances/grievance.ts'
import type { SyncPart } from '../../sync/registry.ts'
import { keepNumbers, renumberTaken } from './grievance-numbers.ts'
import { followHouseholds } from './household-moves.ts'
import { writeTimeline } from './grievance-timeline.ts'

/** Who reports and how to reach him lies sealed. */
export const sealedOfReporter = ['name', 'phone', 'email'] as const

/** Which records and commands of grievances travel, and what the server adds to them. */
export function grievanceSync(deps: { randomBytes(length: number): Uint8Array; newId(): string }): SyncPart {
  return {
    commands: grievanceCommands,
    records: [
      { type: 'grievance', collection: 'cases', table: 'grievance', schema: grievanceSchema },
      { type: 'reporter_contact', collection: 'contacts', table: 'reporter_contact', schema: reporterContactSchema, sealed: sealedOfReporter }
    ],
    prepare: (tx, batch) => renumberTaken(tx, batch, deps),
    async onEvents(tx, events) {
      await keepNumbers(tx, events)
      await writeTimeline(tx, events, deps)
      await followHouseholds(tx, events, deps)
    }
  }
}
