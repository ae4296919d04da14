import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { grievanceActions } from '#shared/grievances/grievance-state.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { CommandDefinition } from '#shared/protocol/define-command.ts'
import { commandOf, filing, makeId, type OfficeFixture } from '../office-fixture.ts'

/** Names of all commands that `shared` defines, found in its files so that a new one cannot be forgotten; steps apart. */
export async function everyCommand(): Promise<string[]> {
  const shared = join(import.meta.dirname, '../../../shared')
  const files = readdirSync(shared, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const names = new Set<string>()
  for (const file of files.filter((one) => readFileSync(join(shared, one), 'utf8').includes('defineCommand'))) {
    const exported = Object.values((await import(pathToFileURL(join(shared, file)).href)) as Record<string, unknown>)
    for (const one of exported) if (isCommand(one)) names.add(one.name)
  }
  return [...names].flatMap((name) => (name === 'grievance.step' ? grievanceActions.map((action) => `${name} ${action}`) : [name])).toSorted()
}

function isCommand(value: unknown): value is CommandDefinition {
  return typeof value === 'object' && value !== null && 'touches' in value && 'decide' in value
}

/** A row of `sync_issue` about a refusal, open or settled. */
export interface IssueToMake {
  readonly id: string
  readonly status: 'open' | 'settled'
}

/** A command on records of its own, what the office must do first for them to be there, and whom it is about. */
export interface Prepared {
  readonly command: Command
  readonly first: readonly Command[]
  readonly issue?: IssueToMake
}

export interface Place {
  readonly office: OfficeFixture
  readonly wardId: string
}

/** The command of that name, on records in the ward. Throws for a name that it does not know how to make. */
export function prepareCommand(name: string, place: Place): Prepared {
  const [command, action] = name.split(' ')
  if (name.startsWith('grievance.')) return onGrievance(command!, action, place)
  if (name.startsWith('issue.')) return onIssue(command!)
  return onPeople(name, place)
}

const file = ({ office, wardId }: Place) => filing(office, { wardId } satisfies Partial<FileGrievanceArgs>)

function onGrievance(name: string, action: string | undefined, place: Place): Prepared {
  const [filed, older] = [file(place), file(place)]
  if (name === 'grievance.file') return { command: filed, first: [] }
  const grievanceId = filed.args['grievanceId']
  const { departmentId } = place.office
  const given = { text: 'For a reason', reasonCode: 'rti', departmentId, duplicateOf: older.args['grievanceId'], transferredTo: 'The city', rating: 4, expectedAt: '2027-01-01T00:00:00.000Z' }
  const args: Record<string, Record<string, unknown>> = {
    'grievance.step': { grievanceId, action, ...given },
    'grievance.edit': { grievanceId, changes: { landmark: 'The well' } },
    'grievance.comment': { grievanceId, text: 'Seen today', visibility: 'staff', photos: [] }
  }
  return { command: commandOf(name, known(args, name), { base: { landmark: 'School gate' } }), first: [filed, older] }
}

function onPeople(name: string, { office, wardId }: Place): Prepared {
  const [householdId, personId, otherHousehold] = [makeId(), makeId(), makeId()]
  const house = { wardId, houseNumber: '7', street: 'Well Road', latitude: null, longitude: null }
  const person = { householdId, name: 'Asha', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: null }
  const first = [commandOf('household.add', { householdId, ...house }), commandOf('person.add', { personId, ...person })]
  const args: Record<string, Record<string, unknown>> = {
    'household.add': { householdId: otherHousehold, ...house },
    'household.move': { householdId, wardId: wardId === office.wardA ? office.wardB : office.wardA, fromWardId: wardId },
    'person.add': { personId: makeId(), ...person },
    'person.edit': { personId, changes: { name: 'Asha Rao' } }
  }
  return { command: commandOf(name, known(args, name), { base: { name: 'Asha' } }), first }
}

function onIssue(name: string): Prepared {
  const issueId = makeId()
  const args: Record<string, Record<string, unknown>> = {
    'issue.settle': { issueId, settlement: 'dismissed', subject: null },
    'issue.reopen': { issueId, subject: null }
  }
  return { command: commandOf(name, known(args, name)), first: [], issue: { id: issueId, status: name === 'issue.reopen' ? 'settled' : 'open' } }
}

function known(args: Readonly<Record<string, Record<string, unknown>>>, name: string): Record<string, unknown> {
  const found = args[name]
  if (!found) throw new Error(`The matrix cannot make a ${name}: say in ${import.meta.filename} how.`)
  return found
}
