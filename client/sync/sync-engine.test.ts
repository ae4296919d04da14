import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sendInBackground } from '#client/service-worker/on-sync.ts'
import { FieldDevice, testSession, until, wardId } from '#client/testing/field-device.ts'

let device: FieldDevice
afterEach(() => {
  vi.unstubAllGlobals()
  return device.stopAll()
})

const ward = { id: wardId, type: 'ward', number: '1', name: 'Ward 1', names: {} }

describe('openSyncEngine', () => {
  it('brings the territory to the phone, says n of m, and shows it after a cold start without network', async () => {
    device = new FieldDevice()
    device.server.pageSize = 40
    device.server.put('places', ward)
    const people = Array.from({ length: 100 }, (_, n) => ({
      id: randomUUID(),
      type: 'person',
      name: `Person ${n}`,
      householdId: randomUUID(),
      wardId
    }))
    for (const person of people) device.server.put('people', person)
    const first = await device.start()
    const seen: string[] = []
    first.onStatus(({ firstSync }) => seen.push(`${firstSync.received}/${firstSync.total}`))
    await first.inSync()
    expect(first.status().firstSync).toEqual({ received: 101, total: 101, done: true })
    expect(seen.some((shown) => /^[1-9]\d*\/101$/.test(shown) && shown !== '101/101')).toBe(true)
    await device.stop(first)
    device.server.mishap = () => 'no-line'
    const second = await device.start()
    const shown = await second.records.list({ collection: 'people', type: 'person' })
    expect(shown.records.map((person) => person['name']).sort()).toEqual(people.map((person) => person.name).sort())
    expect(second.status().firstSync.done).toBe(true)
  })

  it('says from its first moment on what still waits here', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const first = await device.start()
    await first.inSync()
    device.server.mishap = () => 'no-line'
    const args = { householdId: randomUUID(), wardId, houseNumber: '12', street: 'Main', latitude: null, longitude: null }
    await first.sink.submit('household.add', args)
    await device.stop(first)
    expect((await device.start()).status()).toMatchObject({ unsent: 1, allReceived: false })
  })

  it('saves without network, shows the effect, sends by itself and shows the receipt', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const engine = await device.start()
    await engine.inSync()
    device.server.mishap = () => 'no-line'
    const householdId = randomUUID()
    const args = { householdId, wardId, houseNumber: '12', street: 'Main', latitude: null, longitude: null }
    const saved = await engine.sink.submit('household.add', args, { title: '12 Main' })
    expect(saved).toMatchObject({ seq: 1, verdict: null })
    const shown = await engine.records.list({ collection: 'places', type: 'household', parent: wardId })
    expect(shown.records).toMatchObject([{ id: householdId, houseNumber: '12' }])
    expect(shown.pending.has(householdId)).toBe(true)
    await until(() => engine.status().items.length === 1)
    expect(engine.status()).toMatchObject({ unsent: 1, allReceived: false })
    const document = { id: householdId, type: 'household', rev: 7, wardId, houseNumber: '12', street: 'Main Road' }
    device.server.judge = () => ({ verdict: 'applied', records: [{ collection: 'places', document }] })
    device.server.mishap = () => null
    engine.syncNow()
    await until(() => engine.status().allReceived)
    expect(engine.status().items[0]).toMatchObject({
      state: 'received',
      title: '12 Main',
      receipt: { receivedAt: device.server.serverTime }
    })
    await until(async () => (await engine.records.get('places', 'household', householdId))?.['street'] === 'Main Road')
    expect(device.server.commands.size).toBe(1)
  })

  it('lets later commands build on earlier ones, all unsent, and again after a kill', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    let engine = await device.start()
    await engine.inSync()
    device.server.mishap = () => 'no-line'
    const [householdId, personId] = [randomUUID(), randomUUID()]
    await engine.sink.submit('household.add', {
      householdId,
      wardId,
      houseNumber: '7',
      street: 'Lake',
      latitude: null,
      longitude: null
    })
    device.clock.set(device.clock.now() - 3_600_000)
    const person = {
      personId,
      householdId,
      name: 'सुनीता',
      gender: 'female',
      birthYear: 1980,
      language: 'hi',
      notes: '',
      contact: null
    }
    await engine.sink.submit('person.add', person)
    await engine.sink.submit('person.edit', { personId, changes: { birthYear: 1981 } }, { base: { birthYear: 1980 } })
    const expected = { name: 'सुनीता', wardId, birthYear: 1981 }
    expect(await engine.records.get('people', 'person', personId)).toMatchObject(expected)
    await device.stop(engine)
    engine = await device.start()
    expect(await engine.records.get('people', 'person', personId)).toMatchObject(expected)
    await engine.people.load()
    expect(await engine.people.search('sunita')).toMatchObject([{ id: personId }])
    device.server.mishap = () => null
    engine.syncNow()
    await until(() => device.server.commands.size === 3)
    const sent = device.server.requests.filter(({ path }) => path.endsWith('/push')).at(-1)?.body as {
      commands: { name: string; seq: number }[]
    }
    expect(sent.commands.map(({ name, seq }) => [seq, name])).toEqual([
      [1, 'household.add'],
      [2, 'person.add'],
      [3, 'person.edit']
    ])
  })

  it('writes nothing pending into the replica', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const personId = randomUUID()
    device.server.put('people', {
      id: personId,
      type: 'person',
      name: 'Ravi',
      householdId: randomUUID(),
      wardId,
      notes: '',
      birthYear: 1970
    })
    const engine = await device.start()
    await engine.inSync()
    device.server.mishap = () => 'no-line'
    await engine.sink.submit('person.edit', { personId, changes: { name: 'Ravi Kumar' } }, { base: { name: 'Ravi' } })
    expect(await engine.records.get('people', 'person', personId)).toMatchObject({ name: 'Ravi Kumar' })
    await device.stop(engine)
    const { openReplicaStore } = await import('#client/local-store/replica-store.ts')
    const { replicaReads } = await import('#client/local-store/replica-reads.ts')
    const store = await openReplicaStore({ owner: engine.owner, parents: {}, multiInstance: false })
    expect((await replicaReads(store).get('people', [personId])).get(personId)).toMatchObject({ name: 'Ravi' })
    await store.close()
  })

  it('lays the unsent edit over what the office changes meanwhile', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const ravi = {
      id: randomUUID(),
      type: 'person',
      name: 'Ravi',
      householdId: randomUUID(),
      wardId,
      notes: '',
      birthYear: 1970
    }
    device.server.put('people', ravi)
    const engine = await device.start()
    await engine.inSync()
    device.server.mishap = (path) => (path.endsWith('/push') ? 'no-line' : null)
    await engine.sink.submit(
      'person.edit',
      { personId: ravi.id, changes: { name: 'Ravi Kumar' } },
      { base: { name: 'Ravi' } }
    )
    device.server.put('people', { ...ravi, birthYear: 1971 })
    engine.syncNow()
    await until(async () => (await engine.records.get('people', 'person', ravi.id))?.['birthYear'] === 1971)
    expect(await engine.records.get('people', 'person', ravi.id)).toMatchObject({ name: 'Ravi Kumar' })
  })

  it('takes the effect back when the server refuses, and keeps the refusal for a person to see', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    device.server.judge = () => ({ verdict: 'rejected' })
    const engine = await device.start()
    await engine.inSync()
    const householdId = randomUUID()
    const { id } = await engine.sink.submit('household.add', {
      householdId,
      wardId,
      houseNumber: '1',
      street: 'Hill',
      latitude: null,
      longitude: null
    })
    await until(() => engine.status().items[0]?.state === 'rejected')
    await until(async () => (await engine.records.get('places', 'household', householdId)) === null)
    expect(engine.status()).toMatchObject({ attention: 1, allReceived: false, unsent: 0 })
    await engine.acknowledge(id)
    await until(() => engine.status().attention === 0)
  })

  it('refuses at once what can never be accepted, names the field, and saves nothing', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const engine = await device.start()
    await engine.inSync()
    const args = { householdId: randomUUID(), wardId, houseNumber: '', street: 'Hill', latitude: null, longitude: null }
    await expect(engine.sink.submit('household.add', args)).rejects.toMatchObject({
      code: 'invalid_args',
      fields: [{ path: 'houseNumber' }]
    })
    const elsewhere = randomUUID()
    device.server.put('places', { ...ward, id: elsewhere })
    engine.syncNow()
    await until(async () => (await engine.records.get('places', 'ward', elsewhere)) !== null)
    await expect(
      engine.sink.submit('household.add', { ...args, houseNumber: '3', wardId: elsewhere })
    ).rejects.toMatchObject({ code: 'not_allowed' })
    expect(engine.status().items).toEqual([])
  })

  it('brings into the replica what the service worker settled while the app was closed', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    let engine = await device.start()
    await engine.inSync()
    device.server.mishap = () => 'no-line'
    const householdId = randomUUID()
    await engine.sink.submit('household.add', {
      householdId,
      wardId,
      houseNumber: '5',
      street: 'Hill',
      latitude: null,
      longitude: null
    })
    await device.stop(engine)
    device.server.mishap = () => null
    const document = { id: householdId, type: 'household', rev: 4, wardId, houseNumber: '5', street: 'Hill Road' }
    device.server.judge = () => ({ verdict: 'applied', records: [{ collection: 'places', document }] })
    const session = testSession(device.info, device.server.fetch)
    expect(
      await sendInBackground({ scope: 'http://office.test/field/', app: 'test', session, locks: device.locks })
    ).toEqual({ kind: 'clean' })
    device.server.mishap = () => 'no-line'
    engine = await device.start()
    expect(await engine.records.get('places', 'household', householdId)).toMatchObject({ street: 'Hill Road' })
    await until(() => engine.status().items[0]?.state === 'received')
    expect(device.server.commands.size).toBe(1)
  })

  it('sends all it kept again, and drops what is gone, when the server was restored from a backup', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const gone = randomUUID()
    device.server.put('people', {
      id: gone,
      type: 'person',
      name: 'After the backup',
      householdId: randomUUID(),
      wardId
    })
    const engine = await device.start()
    await engine.inSync()
    const householdId = randomUUID()
    const document = { id: householdId, type: 'household', rev: 9, wardId, houseNumber: '5', street: 'Hill Road' }
    device.server.judge = () => ({ verdict: 'applied', records: [{ collection: 'places', document }] })
    await engine.sink.submit('household.add', {
      householdId,
      wardId,
      houseNumber: '5',
      street: 'Hill Road',
      latitude: null,
      longitude: null
    })
    await until(() => engine.status().items[0]?.state === 'received')
    await engine.inSync()
    device.server.commands.clear()
    device.server.feed.splice(0)
    device.server.generation = 2
    device.server.put('places', ward)
    document.rev = 1
    engine.syncNow()
    await until(() => device.server.commands.size === 1, 'the second sending')
    await until(async () => (await engine.records.get('people', 'person', gone)) === null, 'the sweep')
    await until(() => engine.status().items[0]?.state === 'received')
    await engine.inSync()
    await until(async () => engine.records.pendingEvents('household', householdId).length === 0)
    expect((await engine.records.list({ collection: 'places', type: 'household' })).records).toMatchObject([
      { street: 'Hill Road' }
    ])
  })

  it('shows changes as they come: from here, from the server, and removals', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const engine = await device.start()
    await engine.inSync()
    let names: unknown[] = []
    const stop = engine.records.watch({ collection: 'places', type: 'household', parent: wardId }, (shown) => {
      names = shown.records.map((record) => record['houseNumber'])
    })
    device.server.mishap = (path) => (path.endsWith('/push') ? 'no-line' : null)
    await engine.sink.submit('household.add', {
      householdId: randomUUID(),
      wardId,
      houseNumber: 'mine',
      street: 'Hill',
      latitude: null,
      longitude: null
    })
    await until(() => names.join() === 'mine')
    const theirs = randomUUID()
    device.server.put('places', { id: theirs, type: 'household', wardId, houseNumber: 'theirs' })
    engine.syncNow()
    await until(() => [...names].sort().join() === 'mine,theirs')
    device.server.remove('places', theirs)
    engine.syncNow()
    await until(() => names.join() === 'mine')
    stop()
  })

  it('tries once where there is no network at all, keeps what is saved meanwhile, and sends it all when asked to', async () => {
    device = new FieldDevice()
    device.server.put('places', ward)
    const engine = await device.start()
    await engine.inSync()
    vi.stubGlobal('navigator', { onLine: false })
    device.server.mishap = () => 'no-line'
    const pushes = () => device.server.requests.filter(({ path }) => path.endsWith('/push')).length
    const add = (houseNumber: string) => engine.sink.submit('household.add', { householdId: randomUUID(), wardId, houseNumber, street: 'Main', latitude: null, longitude: null })
    await add('1')
    await until(() => pushes() === 1 && !engine.status().sending)
    for (let n = 2; n <= 9; n += 1) await add(String(n))
    expect(pushes()).toBeLessThan(4)
    await until(() => engine.status().unsent === 9)
    device.server.mishap = () => null
    engine.syncNow()
    await until(() => engine.status().unsent === 0)
    expect(device.server.commands.size).toBe(9)
  })
})
