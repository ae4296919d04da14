import 'fake-indexeddb/auto'
import { randomBytes } from 'node:crypto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryLocks } from '#client/device/locks.ts'
import { openDeviceStore, type DeviceStore } from '#client/local-store/device-store.ts'
import { testClock, testSessionInfo } from '#client/testing/field-device.ts'
import { givenUpHere, recordGivenUp, tellGivenUp } from './given-up.ts'
import { forgetPerson, knownPeople, rememberPerson } from './known-people.ts'
import { openSession, type Session } from './session.ts'

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) }
const info = testSessionInfo()
let store: DeviceStore
let requests: { path: string; body: Record<string, never> | null }[]
let answer: (path: string) => Response | Error
let shares: string[]

beforeEach(() => {
  store = openDeviceStore(`/o/office-${randomBytes(4).toString('hex')}`)
  requests = []
  shares = []
  answer = () => reply()
})
afterEach(() => store.close())

const reply = (of = info, expiresInMs = 600_000) =>
  Response.json({ ...of, accessToken: `token of ${of.user.name}`, expiresAt: '2026-11-21T09:10:00Z', expiresInMs })

/** The app as it starts on this device. */
function start(): Promise<Session> {
  return openSession({
    basePath: '',
    origin: 'https://office.test',
    store,
    clock: testClock(),
    random,
    locks: memoryLocks(),
    deviceLabel: () => 'Chrome on Android',
    appVersion: '1.0',
    async onOpened(of, share, from) {
      shares.push(`${of.user.name} ${share} ${from}`)
      await rememberPerson(store, of)
    },
    async fetch(input, init) {
      const path = new URL(String(input)).pathname
      requests.push({ path, body: init?.body ? JSON.parse(String(init.body)) : null })
      const result = answer(path)
      if (result instanceof Error) throw result
      return result
    }
  })
}

describe('openSession', () => {
  it('knows the person after a cold start without network, and asks for a token only when one is needed', async () => {
    await (await start()).login('asha', 'secret')
    requests.length = 0
    answer = () => new TypeError('no network')
    const session = await start()
    expect(session.view()).toMatchObject({ state: 'active', info: { user: { name: 'Asha' } } })
    expect(requests).toEqual([])
    expect(await session.tokens.current()).toBeNull()
    await expect(session.tokens.refresh()).rejects.toThrow()
    expect(session.view().state).toBe('active')
  })

  it('keeps neither password nor token on the device', async () => {
    await (await start()).login('asha', 'a very secret word')
    const kept = JSON.stringify([await store.get('session'), await store.get('deviceId'), await store.get('ended')])
    expect(kept).not.toContain('a very secret word')
    expect(kept).not.toContain('token of')
    expect(kept).toContain('Asha')
  })

  it("hands the server's share on with each login and refresh, and keeps it nowhere", async () => {
    const share = randomBytes(32).toString('base64url')
    answer = () => reply({ ...info, deviceShare: share } as typeof info)
    const session = await start()
    await session.login('asha', 'x')
    await session.tokens.refresh()
    expect(shares).toEqual([`Asha ${share} login`, `Asha ${share} refresh`])
    expect(JSON.stringify([await store.get('session'), await store.get('people'), session.view()])).not.toContain(share)
  })

  it('knows who used this phone, lets one of them come back without a network, and gives him no token', async () => {
    const session = await start()
    await session.login('asha', 'x')
    const ravi = { ...testSessionInfo(), tenant: info.tenant }
    answer = () => reply({ ...ravi, user: { ...ravi.user, name: 'Ravi' } })
    await session.login('ravi', 'x')
    expect((await knownPeople(store)).map(({ user }) => user.name)).toEqual(['Ravi', 'Asha'])
    requests.length = 0
    await session.resume((await knownPeople(store))[1]!)
    expect(session.view()).toMatchObject({ state: 'ended', info: { user: { name: 'Asha' } } })
    expect([await session.tokens.current(), await session.tokens.refresh(), requests]).toEqual([null, null, []])
    expect((await start()).view()).toMatchObject({ state: 'ended', info: { user: { name: 'Asha' } } })
    await forgetPerson(store, info.user.id)
    expect((await knownPeople(store)).map(({ user }) => user.name)).toEqual(['Ravi'])
  })

  it('keeps what was given up over logouts and other people, tells the office at the next contact, and forgets it only then', async () => {
    const [first, second] = [randomUUID(), randomUUID()]
    const one = { id: first, userId: info.user.id, at: 1_000, items: [{ id: randomUUID(), command: 'person.add', savedAt: 900 }] }
    await recordGivenUp(store, one)
    const session = await start()
    await session.login('ravi', 'x')
    answer = () => new TypeError('no network')
    await expect(tellGivenUp(store, session.api)).rejects.toThrow()
    await recordGivenUp(store, { ...one, id: second, at: 2_000, items: Array.from({ length: 300 }, () => one.items[0]!) })
    expect((await givenUpHere(store)).map(({ at, count, items }) => [at, count, items.length])).toEqual([[1_000, 1, 1], [2_000, 300, 200]])
    answer = (path) => (path.endsWith('/given-up') ? new Response(null, { status: 204 }) : reply())
    requests.length = 0
    await tellGivenUp(store, (await start()).api)
    expect(requests.filter(({ path }) => path.endsWith('/given-up')).map(({ body }) => (body as unknown as { notes: { id: string }[] }).notes.map(({ id }) => id))).toEqual([[first, second]])
    expect(await givenUpHere(store)).toEqual([])
    requests.length = 0
    await tellGivenUp(store, session.api)
    expect(requests).toEqual([])
  })

  it('keeps its device id over logouts', async () => {
    const session = await start()
    await session.login('asha', 'x')
    answer = (path) => (path.endsWith('/session') ? new Response(null, { status: 204 }) : reply())
    await session.logout()
    expect(session.view()).toEqual({ state: 'none', info: null })
    answer = () => reply()
    await session.login('asha', 'x')
    const ids = requests.flatMap(({ body }) => (body?.['device'] ? [(body['device'] as { id: string }).id] : []))
    expect(new Set(ids).size).toBe(1)
  })

  it('logs out on the device also where the server cannot be reached', async () => {
    const session = await start()
    await session.login('asha', 'x')
    answer = () => new TypeError('no network')
    await session.logout()
    expect((await start()).view().state).toBe('none')
  })

  it('shares one refresh between all who need a token, and renews one that is about to end', async () => {
    const session = await start()
    answer = () => reply(info, 10_000)
    await session.login('asha', 'x')
    expect(await session.tokens.current()).toBeNull()
    requests.length = 0
    await Promise.all([session.tokens.refresh(), session.tokens.refresh(), session.tokens.refresh()])
    expect(requests.map(({ path }) => path)).toEqual(['/api/v1/session/refresh'])
  })

  it('remembers that the server ended the session, and still knows whose data is here', async () => {
    const session = await start()
    await session.login('asha', 'x')
    answer = () => new Response('no', { status: 401 })
    expect(await session.tokens.refresh()).toBeNull()
    expect((await start()).view()).toMatchObject({ state: 'ended', info: { user: { id: info.user.id } } })
  })

  it('never takes the token of another person who logged in in another tab, nor forgets him', async () => {
    const session = await start()
    await session.login('asha', 'x')
    const other = { ...testSessionInfo(), tenant: info.tenant }
    await store.put('session', other)
    answer = () => reply(other)
    expect(await session.tokens.refresh()).toBeNull()
    expect(session.view()).toMatchObject({ state: 'ended', info: { user: { id: info.user.id } } })
    expect((await start()).view()).toMatchObject({ state: 'active', info: { user: { id: other.user.id } } })
  })

  it('gives tokens for a person only while that person is logged in', async () => {
    const session = await start()
    await session.login('asha', 'x')
    const his = session.apiFor(info.user.id)
    const other = { ...testSessionInfo(), tenant: info.tenant }
    answer = () => reply(other)
    await session.login('ravi', 'x')
    const sent: (string | null)[] = []
    answer = () => new Response('no', { status: 401 })
    await his.call({ method: 'GET', path: '/api/v1/thing' }).catch((error: { status: number }) => sent.push(String(error.status)))
    expect(sent).toEqual(['401'])
    expect(requests.filter(({ path }) => path.endsWith('/refresh'))).toEqual([])
  })
})
