import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Device } from '#shared/devices/device.ts'
import type { PushRequest } from '#shared/protocol/push.ts'
import { openSmallOffice, type SmallOffice } from '#server/testing/offices/small-office.ts'
import { logInTo, type TestSession } from '#server/testing/start-test-server.ts'

let here: SmallOffice
beforeAll(async () => {
  here = await openSmallOffice()
})
afterAll(() => here?.close())

async function report(unsent: PushRequest['unsent']): Promise<number> {
  const body = { protocol: 1, app: 'test', commands: [], deviceTime: Date.now(), ...(unsent && { unsent }) }
  return (await here.worker.call('POST', '/api/v1/sync/push', body)).status
}

async function phoneAsSeenBy(session: TestSession): Promise<Device | undefined> {
  const { devices } = (await (await session.call('GET', '/api/v1/devices')).json()) as { devices: Device[] }
  return devices.find(({ id }) => id === here.worker.deviceId)
}

test('the owner sees by name what waits on a phone, as it last said; nonsense of its clock is left out', async () => {
  const owner = await logInTo(here.server.url, 'owner')
  const filed = { name: 'grievance.file', type: 'grievance', at: Date.now() }
  expect(await report({ count: 7, oldestAt: filed.at, items: [filed, { ...filed, at: Number.MAX_SAFE_INTEGER }] })).toBe(200)
  expect(await phoneAsSeenBy(owner)).toMatchObject({ unsentCount: 7, unsentItems: [filed] })
  expect(await phoneAsSeenBy(here.officer)).toBeUndefined()

  expect(await report(undefined)).toBe(200)
  expect(await phoneAsSeenBy(owner)).toMatchObject({ unsentCount: 7, unsentItems: [filed] })
  expect(await report({ count: 1, oldestAt: filed.at })).toBe(200)
  expect(await phoneAsSeenBy(owner)).toMatchObject({ unsentCount: 1, unsentItems: [] })
  const words = { ...filed, args: { description: 'The words of a citizen' } }
  expect(await report({ count: 1, oldestAt: filed.at, items: [words] })).toBe(200)
  expect(JSON.stringify(await phoneAsSeenBy(owner))).not.toContain('words of a citizen')
})
