import { grievanceCommands } from '#shared/grievances/grievance-commands.ts'
import { peopleCommands } from '#shared/people/people-commands.ts'
import type { CommandDefinition } from '#shared/protocol/define-command.ts'
import { syncIssueCommands } from '#shared/sync-issues/settle-issue.ts'

/** What the sync room has to know of the nouns: their commands, and by which field a record hangs on another. */
export interface SyncNouns {
  readonly commands: ReadonlyMap<string, CommandDefinition>
  /** Type of record -> field that holds the id of its parent. Lists of children are read by it. */
  readonly parents: Readonly<Record<string, string>>
}

const definitions = [...grievanceCommands, ...peopleCommands, ...syncIssueCommands]

/** A line per noun. */
export const syncNouns: SyncNouns = {
  commands: new Map(definitions.map((definition) => [definition.name, definition])),
  parents: {
    grievance_event: 'grievanceId',
    reporter_contact: 'grievanceId',
    person: 'householdId',
    person_contact: 'personId',
    household: 'wardId',
    sync_issue: 'subjectId'
  }
}
