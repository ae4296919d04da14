import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { RangeSet } from 'dexie'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { damageRow } from '#client/testing/damage-outbox.ts'
import { outboxName } from '../database-names.ts'
import { Outbox, type NewCommand } from '../outbox.ts'
import type { OutboxRow } from '../outbox-row.ts'
import type { OutboxState } from './outbox-book.ts'
import { OutboxSeals } from './outbox-seals.ts'

let owner = { tenantSlug: 't', userId: '', deviceId: '' }
let page: Outbox
let other: Outbox
beforeEach(() => {
  owner = { tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() }
  page = new Outbox(owner)
  other = new Outbox(owner)
})
afterEach(() => {
  page.close()
  other.close()
  vi.restoreAllMocks()
})

function entry(photos = 0): NewCommand {
  const blobs = Array.from({ length: photos }, () => ({ photoId: randomUUID(), sha256: 'b'.repeat(64), blob: new Blob(['x']) }))
  const command = { id: randomUUID(), v: 1, name: 'test.note', args: { text: 'काम' }, at: 1, actor: null, device: null }
  return { command, title: 'A note', subject: null, writes: [], touches: [], blobs }
}

async function settle(outbox: Outbox, id: string, verdict: 'applied' | 'rejected'): Promise<void> {
  const receipt = { hash: 'a'.repeat(64), receivedAt: 1_000, position: '50', batch: randomUUID() }
  const stored = [{ collection: 'cases' as const, document: { id, type: 'grievance', rev: 1 } }]
  const reply = { mismatched: [], serverTime: 1_000, generation: 1, durableTo: { position: null, keepDays: 14 } }
  await outbox.settle({ ...reply, verdicts: [{ id, verdict, receipt, stored, issues: [], ...(verdict === 'rejected' && { code: 'not_allowed' as const }) }] })
}

/** Everything as it lies in the database now. */
const fresh = async (outbox: Outbox): Promise<OutboxState> => ({ rows: await outbox.rows(), blobs: await outbox.blobs(), marks: await outbox.marks() })
const inOrder = ({ rows, blobs, marks }: OutboxState) => ({ rows, blobs: [...blobs].sort((a, b) => a.photoId.localeCompare(b.photoId)), marks })

/** How many rows IndexedDB gives out from now on, and how many are opened. */
function countWork() {
  const work = { read: 0, opened: 0 }
  for (const place of [IDBObjectStore.prototype, IDBIndex.prototype]) {
    const getAll = place.getAll
    vi.spyOn(place, 'getAll').mockImplementation(function (this: IDBObjectStore & IDBIndex, ...asked) {
      const request = getAll.apply(this, asked as [])
      request.addEventListener('success', () => (work.read += (request.result as unknown[]).length))
      return request
    })
  }
  const get = IDBObjectStore.prototype.get
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    if (this.name === 'sealedCommands' || this.name === 'sealedPhotos') work.read += 1
    return get.call(this, key)
  })
  const openRow = OutboxSeals.prototype.openRow
  vi.spyOn(OutboxSeals.prototype, 'openRow').mockImplementation(function (this: OutboxSeals, row) {
    work.opened += 1
    return openRow.call(this, row)
  })
  return work
}

describe('what a page knows of its outbox', () => {
  it('costs each save the same, however long the queue is', async () => {
    let shown: readonly OutboxRow[] = []
    page.watch(({ rows }) => (shown = rows))
    await page.append(entry(1))
    await vi.waitFor(() => expect(shown).toHaveLength(1))
    const work = countWork()
    const each = new Set<string>()
    for (let n = 2; n <= 400; n += 1) {
      const before = { ...work }
      await page.append(entry(1))
      await vi.waitFor(() => expect(shown).toHaveLength(n), { interval: 1 })
      each.add(`${work.read - before.read} read, ${work.opened - before.opened} opened`)
    }
    expect([...each]).toEqual(['2 read, 2 opened'])
  })

  it('reads of a change only what changed, and keeps all other rows as they are', async () => {
    const rows = []
    for (let n = 0; n < 100; n += 1) rows.push(await page.append(entry()))
    const before = (await page.known()).rows
    const work = countWork()
    await page.setAside(rows[7]!.id, { kind: 'refused', status: 400 })
    const after = (await page.known()).rows
    expect(work.read).toBeLessThanOrEqual(2)
    expect(after.filter((row, at) => row !== before[at]).map(({ id, trouble }) => [id, trouble?.kind])).toEqual([[rows[7]!.id, 'refused']])
  })

  it('is after any course of things what lies in the database, whoever wrote it', async () => {
    const at = fc.nat(7)
    const step = fc.record({
      by: fc.constantFrom('page', 'other'),
      what: fc.constantFrom('append', 'append', 'photo', 'send', 'settle', 'refuse', 'apply', 'aside', 'retry', 'seen', 'upload', 'drop', 'release', 'again'),
      at,
      looks: fc.boolean()
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        owner = { ...owner, userId: randomUUID() }
        const [mine, theirs] = [new Outbox(owner), new Outbox(owner)]
        const seen: OutboxState[] = []
        mine.watch((state) => seen.push(state))
        for (const { by, what, at, looks } of steps) {
          await act(by === 'page' ? mine : theirs, what, at)
          if (looks) expect(inOrder(await mine.known())).toEqual(inOrder(await fresh(theirs)))
        }
        const all = inOrder(await fresh(theirs))
        await vi.waitFor(() => expect(inOrder(seen.at(-1)!)).toEqual(all), { interval: 1 })
        mine.close()
        theirs.close()
      }),
      { numRuns: 60 }
    )
  })

  it('hears of what another page wrote, from the message that Dexie posts between pages', async () => {
    const saved = await page.append(entry())
    let shown: readonly OutboxRow[] = []
    page.watch(({ rows }) => (shown = rows))
    await vi.waitFor(() => expect(shown).toHaveLength(1))
    await putBehindDexie(saved.seq, { acknowledged: true })
    const told = new BroadcastChannel('x-storagemutated-1')
    told.postMessage({ [`idb://${outboxName(owner)}/sealedCommands/`]: structuredClone({ ...new RangeSet(saved.seq) }) })
    await vi.waitFor(() => expect(shown[0]?.acknowledged).toBe(true))
    await putBehindDexie(saved.seq, { acknowledged: false })
    told.postMessage({ all: structuredClone({ ...new RangeSet(-Infinity, [[]]) }) })
    await vi.waitFor(() => expect(shown[0]?.acknowledged).toBe(false))
    told.close()
  })

  it('tells a damaged row as damaged, and all others as they are', async () => {
    const [damaged, whole] = [entry(), entry()]
    for (const one of [damaged, whole]) await page.append(one)
    await damageRow(owner, damaged.command.id)
    const { rows } = await other.known()
    expect(rows.map(({ id, trouble }) => [id, trouble])).toEqual([[damaged.command.id, { kind: 'damaged' }], [whole.command.id, null]])
    await other.append(entry())
    expect((await other.known()).rows).toHaveLength(3)
  })
})

async function act(outbox: Outbox, what: string, at: number): Promise<void> {
  const rows = await outbox.rows()
  const row = rows[at % Math.max(1, rows.length)]
  const blobs = await outbox.blobs()
  const blob = blobs[at % Math.max(1, blobs.length)]
  if (what === 'append' || what === 'photo') await outbox.append(entry(what === 'photo' ? 2 : 0))
  if (what === 'retry') await outbox.retryTroubled()
  if (what === 'again') await outbox.sendAgain(2)
  if (what === 'release') await outbox.releaseDurable({ position: '51', keepDays: 14 }, { serverTime: 0, generation: 1 })
  if (what === 'upload' && blob) await outbox.updateBlob(blob.photoId, { state: 'uploading', offset: at })
  if (what === 'drop' && blob) await outbox.removeBlob(blob.photoId)
  if (!row) return
  if (what === 'send') await outbox.markSent(rows.map(({ seq }) => seq))
  if (what === 'settle' || what === 'refuse') await settle(outbox, row.id, what === 'settle' ? 'applied' : 'rejected')
  if (what === 'apply') await outbox.markApplied(rows.map(({ id }) => id))
  if (what === 'aside') await outbox.setAside(row.id, { kind: 'refused', status: 400 })
  if (what === 'seen') await outbox.acknowledge(row.id)
}

/** As another page does it: this one's Dexie does not see the write. */
function putBehindDexie(seq: number, change: Partial<OutboxRow>): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(outboxName(owner))
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('sealedCommands', 'readwrite')
      const store = transaction.objectStore('sealedCommands')
      const found = store.get(seq)
      found.onsuccess = () => store.put({ ...found.result, ...change })
      transaction.oncomplete = () => {
        opening.result.close()
        resolve()
      }
      transaction.onerror = () => reject(transaction.error)
    }
  })
}
