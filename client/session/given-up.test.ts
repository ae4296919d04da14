import 'fake-indexeddb/auto'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { GivenUp } from '#shared/devices/given-up.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { openDeviceStore, type DeviceStore } from '#client/local-store/device-store.ts'
import { givenUpHere, recordGivenUp, tellGivenUp } from './given-up.ts'

let page: DeviceStore
let other: DeviceStore
beforeEach(() => {
  const path = `/o/office-${randomBytes(4).toString('hex')}`
  ;[page, other] = [openDeviceStore(path), openDeviceStore(path)]
})
afterEach(() => [page, other].forEach((store) => store.close()))

const note = () => ({ id: randomUUID(), userId: randomUUID(), at: 1_800_000_000_000, items: [{ id: randomUUID(), command: 'visit.record', savedAt: 1_800_000_000_000 }] })
const idsHere = async () => (await givenUpHere(page)).map(({ id }) => id).sort()

/** An office that keeps what it is told; `meanwhile` runs before it answers. */
function office(meanwhile: () => Promise<void> = async () => undefined) {
  const told: string[] = []
  const call = async ({ body }: { body?: unknown }) => {
    told.push(...(body as { notes: GivenUp[] }).notes.map(({ id }) => id))
    await meanwhile()
  }
  return { told, api: { call } as unknown as Pick<ApiClient, 'call'> }
}

it('keeps every note that two pages write in the same milliseconds', async () => {
  const notes = Array.from({ length: 12 }, note)
  await Promise.all(notes.map((one, at) => recordGivenUp(at % 2 ? page : other, one)))
  expect(await idsHere()).toEqual(notes.map(({ id }) => id).sort())
})

it('keeps a note that another page writes while the office is told of the first ones, and tells it too', async () => {
  const [first, second] = [note(), note()]
  await recordGivenUp(page, first)
  let late: Promise<void> | null = null
  const { told, api } = office(async () => {
    late ??= recordGivenUp(other, second)
  })
  await tellGivenUp(page, api)
  await late
  await tellGivenUp(page, api)
  expect([...new Set(told)]).toEqual([first.id, second.id])
  expect(await idsHere()).toEqual([])
})

it('forgets what was told once, also where two pages tell it at once', async () => {
  const notes = Array.from({ length: 30 }, note)
  for (const one of notes) await recordGivenUp(page, one)
  const { told, api } = office()
  await Promise.all([tellGivenUp(page, api), tellGivenUp(other, api)])
  expect([...new Set(told)].sort()).toEqual(notes.map(({ id }) => id).sort())
  expect(await idsHere()).toEqual([])
})
