import { collectionNames, type CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { golden, goldenIds } from './golden-office.ts'
import type { GoldenRole, OfficeAct } from './golden-step.ts'

/** What the storyteller does; `record-golden.ts` sends it to a server and writes it down. */
export interface Teller {
  /** Sends commands; resolves to the reply. */
  push(about: string, as: GoldenRole, commands: readonly object[]): Promise<PushReply>
  /** Reads on from where that person's last pull of these collections ended. */
  pull(about: string, as: GoldenRole, more?: { collections?: readonly CollectionName[]; from?: Checkpoint; reach?: string }): Promise<void>
  send(about: string, path: string, body: object): Promise<void>
  act(name: OfficeAct): Promise<void>
}

const at = Date.UTC(2026, 10, 21, 9)
const numberOf = (n: number) => makeTrackingNumber('GLD', new Uint8Array(10).fill(n))
const { wardA, wardB, category, household, users, devices } = goldenIds
const ofWorker = { actor: users.field_worker, device: devices.field_worker }
let seq = 0

/** `said`: name and args. `more` overrides fields of the envelope. */
function command(id: number, said: [name: string, args: object], more: object = {}) {
  seq += 1
  const [name, args] = said
  return { id: golden(id), v: 1, seq, name, args, at: at + id * 1_000, ...ofWorker, ...more }
}
const desk = { seq: 0, actor: users.officer, device: null }

const filed = (n: number, change: object = {}) => ({
  grievanceId: golden(n), number: numberOf(n), categoryId: category, description: 'A deep hole before the school gate',
  latitude: 12.905, longitude: 77.605, accuracyMetres: 8, landmark: 'School gate', wardId: wardA, personId: null,
  householdId: null, source: 'field', visibility: 'public', photos: [], reporter: null, ...change
})
const photo = { id: golden(401), sha256: 'ab'.repeat(32), size: 184_320 }
const reporter = { id: golden(402), name: 'Ravi Kumar', phone: '+919820012345', email: null, language: 'hi' }
const person = (n: number, householdId: string) => ({
  personId: golden(n), householdId, name: 'Lakshmi Devi', gender: 'female', birthYear: 1975, language: 'hi', notes: '',
  contact: { id: golden(n + 1), phone: '+919820054321', email: null }
})
const edit = (changes: object): [string, object] => ['grievance.edit', { grievanceId: golden(100), changes }]

/** The flows of field work, once each: every verdict, scope changes, resets, and the citizen's report. */
export async function tellStory(teller: Teller): Promise<void> {
  await teller.pull('first pull of a worker', 'field_worker')
  await tellFirstDay(teller)
  await tellConflicts(teller)
  await tellRefusals(teller)
  await tellTerritory(teller)
  await tellTrouble(teller)
  await tellOthers(teller)
}

async function tellFirstDay(teller: Teller): Promise<void> {
  const firstDay = [
    command(201, ['grievance.file', filed(100, { photos: [photo], reporter, householdId: household })]),
    command(202, ['household.add', { householdId: golden(110), wardId: wardB, houseNumber: '7', street: 'Hill Street', latitude: null, longitude: null }]),
    command(203, ['person.add', person(120, golden(110))]),
    command(204, ['grievance.comment', { grievanceId: golden(100), text: 'Seen on the round', visibility: 'staff' }])
  ]
  const { verdicts } = await teller.push('applied with an announced photo and what builds on each other', 'field_worker', firstDay)
  await teller.push('the same batch again is a duplicate', 'field_worker', firstDay)
  await teller.pull('pull up to the position of a receipt', 'field_worker', { reach: verdicts[0]!.receipt!.position })
}

async function tellConflicts(teller: Teller): Promise<void> {
  const base = { description: 'A deep hole before the school gate', landmark: 'School gate', priority: 'normal' }
  await teller.push('the office edits and files', 'officer', [
    command(211, edit({ description: 'One hole', priority: 'high' }), { base, ...desk }),
    command(210, ['grievance.file', filed(101, { number: numberOf(5) })], desk)
  ])
  const { verdicts } = await teller.push('merged with an issue for the field both edited', 'field_worker', [
    command(212, edit({ description: 'Two holes', landmark: 'Temple' }), { base })
  ])
  await teller.pull('pull brings the merge and the issue', 'field_worker')
  const subject = { collection: 'cases', type: 'grievance', id: golden(100) }
  const args = { issueId: verdicts[0]!.issues[0], settlement: 'yours', subject }
  await teller.push('an issue is settled', 'officer', [command(213, ['issue.settle', args], desk)])
  await teller.push('a step of the state machine', 'officer', [
    command(214, ['grievance.step', { grievanceId: golden(100), action: 'accept' }], desk),
    command(215, ['grievance.step', { grievanceId: golden(100), action: 'assign', assigneeId: users.field_worker }], desk)
  ])
}

async function tellRefusals(teller: Teller): Promise<void> {
  await teller.push('rejected each for its own reason', 'field_worker', [
    command(221, ['grievance.step', { grievanceId: golden(100), action: 'accept' }]),
    command(222, ['grievance.melt', {}]),
    command(223, ['grievance.comment', { grievanceId: golden(100) }]),
    command(224, ['grievance.file', filed(100, { number: numberOf(9) })]),
    command(225, ['household.add', { householdId: golden(111), wardId: golden(999), houseNumber: '1', street: '', latitude: null, longitude: null }]),
    command(226, ['person.add', person(124, golden(111))]),
    command(227, ['grievance.comment', { grievanceId: golden(100), text: 'Not mine', visibility: 'staff' }], { actor: users.viewer }),
    command(228, ['grievance.comment', { grievanceId: golden(100), text: 'Still goes through', visibility: 'staff' }])
  ])
}

async function tellTerritory(teller: Teller): Promise<void> {
  await teller.pull('pull before the territory changes', 'field_worker')
  await teller.act('revoke ward B')
  await teller.push('an edit of what is out of scope is rejected and shows nothing', 'field_worker', [
    command(231, ['person.edit', { personId: golden(120), changes: { notes: 'moved away' } }], { base: { notes: '' } })
  ])
  await teller.pull('a revoked scope comes as removals', 'field_worker')
  await teller.push('the office moves a grievance to another ward', 'officer', [
    command(233, ['grievance.edit', { grievanceId: golden(101), changes: { wardId: wardB } }], { ...desk, base: { wardId: wardA } })
  ])
  await teller.pull('what moved out of scope comes as removals', 'field_worker')
  await teller.act('grant ward B')
  await teller.pull('a granted scope arrives whole', 'field_worker')
}

async function tellTrouble(teller: Teller): Promise<void> {
  const late = [
    command(241, ['household.add', { householdId: golden(112), wardId: wardA, houseNumber: '3', street: 'Lake Road', latitude: null, longitude: null }]),
    command(242, ['person.add', person(130, golden(112))]),
    command(243, ['grievance.comment', { grievanceId: golden(100), text: 'Goes past them', visibility: 'staff' }])
  ]
  await teller.act('refuse households')
  await teller.push('retry for what the database cannot take now and for what builds on it', 'field_worker', late)
  await teller.act('take households')
  await teller.push('the same commands once it can', 'field_worker', late)
}

async function tellOthers(teller: Teller): Promise<void> {
  await teller.pull('an office role sees every ward and all issues', 'officer')
  await teller.pull('a viewer gets no contacts and no issues', 'viewer')
  const foreign: Checkpoint = { g: 99, s: { tenant: ['999999999', '999999999'] }, r: {} }
  await teller.pull('a checkpoint of another generation is reset', 'field_worker', { collections: ['places'], from: foreign })
  const args = filed(102, { number: numberOf(6), source: 'portal', wardId: null, photos: [{ ...photo, id: golden(404) }], reporter: { ...reporter, id: golden(403) } })
  const report = { command: { ...command(251, ['grievance.file', args]), seq: 0, actor: null, device: null }, website: '' }
  await teller.send('a report that a citizen saved without a network', '/api/v1/portal/grievances', report)
  await teller.send('the same report again', '/api/v1/portal/grievances', report)
  await teller.pull('the report reaches the office', 'officer', { collections: collectionNames })
}
