import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device } from '#shared/devices/device.ts'
import type { GivenUp } from '#shared/devices/given-up.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { logInTo, type TestSession } from '#server/testing/start-test-server.ts'

let here: SmallOffice
let owner: TestSession
beforeAll(async () => {
  here = await openSmallOffice()
  owner = await logInTo(here.server.url, 'owner')
})
afterAll(() => here?.close())

const note = (change: Partial<GivenUp> = {}): GivenUp => ({
  id: randomUUID(), userId: randomUUID(), at: 2_000, count: 1, items: [{ id: randomUUID(), command: 'grievance.file', savedAt: 1_000 }], ...change
})
const tell = async (session: TestSession, ...notes: object[]) => (await session.call('POST', '/api/v1/devices/given-up', { notes })).status
async function seen(session: TestSession): Promise<Device | undefined> {
  const { devices } = (await (await owner.call('GET', '/api/v1/devices')).json()) as { devices: Device[] }
  return devices.find(({ id }) => id === session.deviceId)
}
async function audited(session: TestSession): Promise<{ after: Partial<GivenUp> }[]> {
  const { system } = here.server
  const sql = "select after from audit_entry where action = 'device.gave-up' and subject_id = $1 order by at, id"
  return system.platform.database.withTenant({ tenantId: here.tenant.tenantId }, async (tx) => (await tx.query<{ after: Partial<GivenUp> }>(sql, [session.deviceId])).rows)
}

test('what was given up on a phone is told once however often it is sent, by whoever logs in there next, and without its words', async () => {
  const [first, second] = [note(), note({ at: 3_000, count: 300 })]
  const words = { ...first, items: [{ ...first.items[0], args: { description: 'The words of a citizen' } }] }
  const atOnce = await Promise.all(Array.from({ length: 12 }, () => tell(here.worker, words)))
  expect(new Set(atOnce)).toEqual(new Set([204]))
  const nextPerson = await logInTo(here.server.url, 'officer', { id: here.worker.deviceId })
  expect(await tell(nextPerson, first, second, second)).toBe(204)
  const device = await seen(here.worker)
  expect(device?.givenUp).toEqual([first, second])
  const entries = await audited(here.worker)
  expect(entries.map(({ after }) => after)).toEqual([first, second].map(({ id: _id, ...told }) => told))
  expect(JSON.stringify([device, entries])).not.toContain('words of a citizen')
  expect((await seen(owner))?.givenUp).toEqual([])
})

test('a phone shows the last fifty notes, the audit has all; nonsense is refused whole', async () => {
  const notes = Array.from({ length: 60 }, (_, at) => note({ at }))
  for (let from = 0; from < 60; from += 20) expect(await tell(here.officer, ...notes.slice(from, from + 20))).toBe(204)
  expect((await seen(here.officer))?.givenUp).toEqual(notes.slice(10))
  expect(await audited(here.officer)).toHaveLength(60)
  expect(await tell(here.officer, note(), { ...note(), items: 'all' })).toBe(400)
  expect(await audited(here.officer)).toHaveLength(60)
})
