import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PulledPage, PullReply } from '#shared/protocol/pull.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { push } from '#server/testing/phones/sync-calls.ts'
import type { TestDatabase } from '#server/testing/template-database.ts'
import { asOperator, awaitHorizon, commandOf, filing, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'

let here: SmallOffice
let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let worker: TestSession
let officer: TestSession

beforeAll(async () => {
  here = await openSmallOffice()
  ;({ database, server, tenant, office, worker, officer } = here)
})

afterAll(() => here?.close())

async function pullPage(session: TestSession, collection: CollectionName, checkpoint: Checkpoint | null): Promise<PulledPage> {
  await awaitHorizon(database)
  const response = await session.call('POST', '/api/v1/sync/pull', { protocol: 1, pulls: [{ collection, checkpoint }] })
  expect(response.status).toBe(200)
  return ((await response.json()) as PullReply).pulls[0]!
}

/** A device: pulls to the end and keeps what it got, ignoring lower revisions. */
function deviceOf(session: TestSession, collection: CollectionName) {
  const held = new Map<string, { id: string; rev: number; _deleted?: boolean }>()
  let checkpoint: Checkpoint | null = null
  return {
    held,
    ids: () => [...held.values()].filter((document) => !document._deleted).map((document) => document.id).sort(),
    async sync() {
      let arrived = 0
      for (let done = false; !done; ) {
        const page: PulledPage = await pullPage(session, collection, checkpoint)
        for (const document of page.documents as { id: string; rev: number }[]) {
          arrived += 1
          if ((held.get(document.id)?.rev ?? 0) <= document.rev) held.set(document.id, document)
        }
        checkpoint = page.checkpoint
        done = page.done
      }
      return arrived
    }
  }
}

const territory = (sql: string, wardId: string) =>
  asOperator(database, tenant.tenantId, (client) => client.query(sql, [tenant.tenantId, tenant.users.field_worker, wardId]))
const grant = (wardId: string) => territory('insert into user_territory (tenant_id, user_id, ward_id) values ($1, $2, $3)', wardId)
const revoke = (wardId: string) => territory('delete from user_territory where tenant_id = $1 and user_id = $2 and ward_id = $3', wardId)

test('a worker gets his ward and the reference data, and says how much is to come', async () => {
  const page = await pullPage(worker, 'places', null)
  expect(page.documents.map((document) => document.id).sort()).toEqual([office.wardA, office.wardB, office.householdA].sort())
  expect(page).toMatchObject({ done: true, remaining: 0, reset: false })
  const reference = await pullPage(worker, 'reference', null)
  expect(reference.documents.map((document) => (document as { type: string }).type).sort()).toEqual(['category', 'department', 'staff', 'staff', 'staff', 'staff'])
})

test('a change arrives once, and an idle pull brings nothing', async () => {
  const device = deviceOf(worker, 'cases')
  await device.sync()
  const command = filing(office)
  await push(officer, [command])
  expect(await device.sync()).toBe(2)
  expect(device.ids()).toContain(command.args['grievanceId'])
  expect(await device.sync()).toBe(0)
})

test('a change made at the database prompt arrives like any other', async () => {
  const device = deviceOf(worker, 'cases')
  const command = filing(office)
  await push(officer, [command])
  await device.sync()
  await asOperator(database, tenant.tenantId, (client) => client.query("update grievance set priority = 'urgent' where id = $1", [command.args['grievanceId']]))
  await device.sync()
  expect(device.held.get(command.args['grievanceId'] as string)).toMatchObject({ priority: 'urgent', rev: 2 })
})

test('a grievance moved to another ward leaves the device with its timeline and contact, and comes back with them', async () => {
  const device = deviceOf(worker, 'cases')
  const contacts = deviceOf(worker, 'contacts')
  const contactId = crypto.randomUUID()
  const command = filing(office, { reporter: { id: contactId, name: 'Ravi', phone: '+910000012345', email: null, language: 'en' } })
  const id = command.args['grievanceId'] as string
  await push(officer, [command])
  await Promise.all([device.sync(), contacts.sync()])
  const before = device.ids()
  expect(before).toContain(id)
  expect(contacts.ids()).toContain(contactId)
  const move = (wardId: string) => push(officer, [commandOf('grievance.edit', { grievanceId: id, changes: { wardId } }, { base: { wardId: wardId === office.wardB ? office.wardA : office.wardB } })])
  await move(office.wardB)
  await Promise.all([device.sync(), contacts.sync()])
  expect(device.ids().filter((one) => before.includes(one))).toHaveLength(before.length - 2)
  expect(contacts.ids()).not.toContain(contactId)
  await move(office.wardA)
  await Promise.all([device.sync(), contacts.sync()])
  expect(device.ids()).toEqual(expect.arrayContaining(before))
  expect(contacts.ids()).toContain(contactId)
})

test('a revoked ward is taken away, a granted one arrives whole', async () => {
  const device = deviceOf(worker, 'places')
  await device.sync()
  await revoke(office.wardA)
  await device.sync()
  expect(device.ids()).not.toContain(office.householdA)
  await grant(office.wardA)
  await device.sync()
  expect(device.ids()).toContain(office.householdA)
})

test('a ward taken away and given back comes whole, even to a phone that died between the removals and their checkpoint', async () => {
  await awaitHorizon(database)
  const before = await pullPage(worker, 'places', null)
  await revoke(office.wardA)
  expect((await pullPage(worker, 'places', before.checkpoint)).documents).toContainEqual(expect.objectContaining({ id: office.householdA, _deleted: true }))
  await grant(office.wardA)
  const back = await pullPage(worker, 'places', before.checkpoint)
  expect(back.documents).toContainEqual(expect.objectContaining({ id: office.householdA, type: 'household' }))
  expect((await pullPage(worker, 'places', back.checkpoint)).documents).toEqual([])
})

test('a ward taken away is taken from a phone that died between its records and their checkpoint', async () => {
  await awaitHorizon(database)
  await revoke(office.wardA)
  const bare = await pullPage(worker, 'places', null)
  await grant(office.wardA)
  const written = await pullPage(worker, 'places', bare.checkpoint)
  expect(written.documents).toContainEqual(expect.objectContaining({ id: office.householdA, type: 'household' }))
  await revoke(office.wardA)
  const after = await pullPage(worker, 'places', bare.checkpoint)
  expect(after.documents).toContainEqual(expect.objectContaining({ id: office.householdA, _deleted: true }))
  const rest = await pullPage(worker, 'places', after.checkpoint)
  expect(rest.documents.map((document) => document.id)).not.toContain(office.householdA)
  expect((await pullPage(worker, 'places', rest.checkpoint)).documents).toEqual([])
  await grant(office.wardA)
})

test('a grievance assigned to a worker stays with him when its ward is revoked', async () => {
  const command = filing(office)
  const id = command.args['grievanceId'] as string
  await push(officer, [command, commandOf('grievance.step', { grievanceId: id, action: 'assign', assigneeId: tenant.users.field_worker })])
  const device = deviceOf(worker, 'cases')
  await device.sync()
  await revoke(office.wardA)
  await device.sync()
  expect(device.ids()).toContain(id)
  await grant(office.wardA)
})

test('contacts are not sent to a role that may not see them', async () => {
  const command = filing(office, { reporter: { id: crypto.randomUUID(), name: 'Sita', phone: '+910000054321', email: null, language: 'hi' } })
  await push(officer, [command])
  const viewer = await logInTo(server.url, 'viewer')
  expect((await pullPage(viewer, 'contacts', null)).documents).toEqual([])
  expect((await pullPage(officer, 'contacts', null)).documents.length).toBeGreaterThan(0)
})

test('a checkpoint of another generation is answered from the start', async () => {
  const page = await pullPage(worker, 'places', { g: 99, s: { tenant: ['999999999', '999999999'] }, r: {} })
  expect(page.reset).toBe(true)
  expect(page.documents.length).toBeGreaterThan(0)
})

test('an office sees nothing of another one', async () => {
  const other = await makeTestTenant(database)
  const stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
  for (const collection of ['cases', 'people', 'contacts', 'places'] as const) {
    expect((await pullPage(stranger, collection, null)).documents).toEqual([])
  }
})
