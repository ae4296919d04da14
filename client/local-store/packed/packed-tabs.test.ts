import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { everything, openThings, stored, type OpenedPacked, type Stored } from '#client/testing/packed-storages.ts'
import { patientLock } from './patient-lock.ts'

const thing = (id: string, n = 1) => ({ id, type: 'a', parent: '', n })

async function twoTabs(): Promise<[OpenedPacked, OpenedPacked]> {
  const name = randomUUID()
  return [await openThings(name, { shared: true }), await openThings(name, { shared: true })]
}

async function closeBoth(tabs: readonly OpenedPacked[]): Promise<void> {
  for (const tab of tabs) await tab.close()
}

describe('two tabs on one packed store', () => {
  it('hear of what the other wrote, hold it, and write on it', async () => {
    const tabs = await twoTabs()
    const [here, there] = tabs
    const heard: Stored[] = []
    there.instance.changeStream().subscribe(({ events }) => heard.push(...events.map(({ documentData }) => documentData as Stored)))
    await here.instance.bulkWrite([{ document: stored(thing('one')) }], 'test')
    await expect.poll(() => heard.map(({ id }) => id)).toEqual(['one'])
    const [previous] = await there.instance.findDocumentsById(['one'], true)
    const next = stored(thing('one', 2), { rev: 2 })
    expect((await there.instance.bulkWrite([{ previous, document: next }], 'test')).error).toEqual([])
    await expect.poll(async () => (await here.instance.findDocumentsById(['one'], true))[0]).toEqual(next)
    await closeBoth(tabs)
  })

  it('lose nothing when both write at once without a lock', async () => {
    const tabs = await twoTabs()
    const ids = Array.from({ length: 40 }, (_, k) => `id${k}`)
    const results = await Promise.all(ids.map((id, k) => tabs[k % 2]!.instance.bulkWrite([{ document: stored(thing(id)) }], 'test')))
    expect(results.flatMap(({ error }) => error)).toEqual([])
    for (const tab of tabs) await expect.poll(async () => (await everything(tab.instance)).length).toBe(40)
    await closeBoth(tabs)
  })

  it('let one of two edits of the same state win, and show it to the other', async () => {
    const tabs = await twoTabs()
    const first = stored(thing('one'))
    await tabs[0].instance.bulkWrite([{ document: first }], 'test')
    await expect.poll(async () => (await tabs[1].instance.findDocumentsById(['one'], true)).length).toBe(1)
    const edits = [2, 3].map((n) => ({ previous: first, document: { ...stored(thing('one', n)), _rev: `2-${n}` } }))
    const results = await Promise.all(edits.map((edit, at) => tabs[at]!.instance.bulkWrite([edit], 'test')))
    const lost = results.flatMap(({ error }) => error)
    expect(lost).toHaveLength(1)
    const winner = edits[results.findIndex(({ error }) => error.length === 0)]!.document
    expect(lost[0]).toMatchObject({ status: 409, documentInDb: winner })
    for (const tab of tabs) await expect.poll(async () => (await everything(tab.instance))[0]).toEqual(winner)
    await closeBoth(tabs)
  })

  it('notice writes they did not hear of, also when their records have been rewritten since', async () => {
    const name = randomUUID()
    const [deaf, other] = [await openThings(name), await openThings(name)]
    for (let k = 10; k < 50; k += 1) await other.instance.bulkWrite([{ document: stored(thing(`id${k}`)) }], 'test')
    await other.collection.merge()
    const late = await deaf.instance.bulkWrite([{ document: stored(thing('id10', 9)) }, { document: stored(thing('new')) }], 'test')
    expect(late.error).toMatchObject([{ status: 409, documentId: 'id10' }])
    await closeBoth([deaf, other])
    const again = await openThings(name)
    expect((await everything(again.instance)).map(({ id }) => id)).toHaveLength(41)
    await again.close()
  })

  it('find what the other tab has rewritten or purged under their hands', async () => {
    const tabs = await twoTabs()
    const [here, there] = tabs
    const documents = Array.from({ length: 600 }, (_, k) => stored(thing(`id${String(k).padStart(3, '0')}`)))
    await here.instance.bulkWrite(documents.map((document) => ({ document })), 'test')
    await expect.poll(async () => (await there.instance.count({ ...(await countAll()) })).count).toBe(600)
    const gone = documents.slice(0, 300).map((previous) => ({ previous, document: { ...previous, _deleted: true, _rev: '2-x' } }))
    await here.instance.bulkWrite(gone, 'test')
    await here.instance.cleanup(0)
    expect(await everything(there.instance)).toEqual(documents.slice(300))
    await closeBoth(tabs)
  })
})

async function countAll() {
  const { prepared } = await import('#client/testing/packed-storages.ts')
  return prepared({ selector: {} })
}

describe('patientLock', () => {
  it('goes on without the lock of a tab that froze, once, whatever comes later', async () => {
    let release: () => void = () => undefined
    const frozen = new Promise<void>((resolve) => (release = resolve))
    let runs = 0
    const lock = patientLock({ hold: async (_name, work) => frozen.then(work) }, 10)
    expect(await lock.hold('writer', async () => (runs += 1))).toBe(1)
    release()
    await frozen
    expect(runs).toBe(1)
  })
})
