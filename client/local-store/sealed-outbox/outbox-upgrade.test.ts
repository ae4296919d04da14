import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { Dexie } from 'dexie'
import { describe, expect, it } from 'vitest'
import { storedBytes, wordsIn } from '#client/testing/stored-bytes.ts'
import { outboxName, ownerPrefix, type StoreOwner } from '../database-names.ts'
import { Outbox } from '../outbox.ts'
import { outboxCipher, outboxTables, type PlainBlobRow, type PlainRow } from './outbox-tables.ts'
import { OutboxSeals } from './outbox-seals.ts'
import { sealPlainRows } from './outbox-upgrade.ts'

const words = ['Sunita Devi', 'No water since Monday', 'bytes of a photo']
const newOwner = (): StoreOwner => ({ tenantSlug: 'old', userId: randomUUID(), deviceId: randomUUID() })

function plainRow(seq: number, change: Partial<PlainRow> = {}): PlainRow {
  const id = `0195d000-0000-7000-8000-00000000000${seq}`
  const command = { id, v: 1, seq, name: 'person.add', args: { name: words[0] }, base: { notes: words[1] }, at: seq, actor: null, device: null }
  const course = { state: 'pending', bytes: 200, trouble: null, verdict: null, code: null, receipt: null, issues: [], generation: 0 } as const
  return { seq, id, command, title: words[0]!, subject: null, writes: [id], touches: [id], fields: [], stored: [], acknowledged: false, ...course, ...change } as PlainRow
}

const stored = [{ collection: 'people' as const, document: { id: randomUUID(), type: 'person', rev: 1, name: words[0] } }]
const plainRows = [
  plainRow(1, { state: 'settled', verdict: 'applied', stored, generation: 2 }),
  plainRow(2, { state: 'sent' }),
  plainRow(3, { trouble: { kind: 'refused', status: 400 } })
]
const photo = (photoId: string, change: Partial<PlainBlobRow> = {}): PlainBlobRow => {
  const blob = new Blob([words[2]!], { type: 'image/jpeg' })
  return { photoId, commandId: plainRows[0]!.id, subject: null, sha256: 'c'.repeat(64), size: blob.size, blob, state: 'waiting', uploadUrl: null, offset: 0, ...change }
}

/** An outbox as the version before encryption left it. */
async function oldOutbox(owner: StoreOwner): Promise<Dexie> {
  const db = new Dexie(outboxName(owner))
  db.version(1).stores({ commands: 'seq, &id, [state+seq]', blobs: 'photoId, commandId, state', settings: 'key' })
  await db.table('commands').bulkAdd(plainRows)
  await db.table('blobs').bulkAdd([photo('one', { state: 'uploading', uploadUrl: '/u/1', offset: 7 }), photo('two')])
  await db.table('settings').bulkAdd([
    { key: 'seq', value: 3 },
    { key: 'marks', value: { lastReceivedAt: 5, generation: 2, durableTo: null } },
    { key: 'own:grievance-drafts', value: [{ text: words[1] }] }
  ])
  return db
}

async function expectWhole(owner: StoreOwner): Promise<void> {
  const outbox = new Outbox(owner)
  expect(await outbox.rows()).toEqual(plainRows)
  expect(await outbox.blobs()).toMatchObject([{ photoId: 'one', state: 'uploading', uploadUrl: '/u/1', offset: 7, type: 'image/jpeg' }, { photoId: 'two' }])
  for (const id of ['one', 'two']) expect(await (await outbox.photo(id))?.text()).toBe(words[2])
  expect(await outbox.setting('grievance-drafts')).toEqual([{ text: words[1] }])
  expect(await outbox.marks()).toMatchObject({ lastReceivedAt: 5 })
  const { seq: _seq, ...command } = plainRow(4).command
  expect((await outbox.append({ command, title: '', subject: null, writes: [], touches: [], blobs: [] })).seq).toBe(4)
  outbox.close()
  expect(wordsIn(await storedBytes(ownerPrefix(owner)), words)).toEqual([])
}

class Killed extends Error {}

/** Every call on the tables and seals is a step; from step `at` on nothing is done any more. */
function dying<T extends object>(target: T, steps: { taken: number; at: number }): T {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        steps.taken += 1
        if (steps.taken >= steps.at) throw new Killed()
        return (value as (...given: unknown[]) => unknown).apply(object, args)
      }
    }
  })
}

/** Seals what is plain until it is killed at step `at`; false when it came to the end. */
async function sealUntil(owner: StoreOwner, at: number): Promise<boolean> {
  const tables = outboxTables(outboxName(owner))
  const seals = new OutboxSeals(await outboxCipher(tables))
  const steps = { taken: 0, at }
  const { settings, commands, photos, plainCommands, plainBlobs, db } = tables
  const mortal = Object.fromEntries(Object.entries({ settings, commands, photos, plainCommands, plainBlobs }).map(([name, table]) => [name, dying(table, steps)]))
  try {
    await sealPlainRows({ ...tables, ...mortal }, dying(seals, steps))
    return false
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    return true
  } finally {
    db.close()
  }
}

describe('an outbox of the version before encryption', () => {
  it('is read, sealed and goes on where it was', async () => {
    const owner = newOwner()
    ;(await oldOutbox(owner)).close()
    await expectWhole(owner)
  })

  it('loses and doubles nothing, at whichever step the sealing is killed', async () => {
    let killed = true
    let at = 1
    for (; killed; at += 1) {
      const owner = newOwner()
      ;(await oldOutbox(owner)).close()
      killed = await sealUntil(owner, at)
      const { db, commands, plainCommands, photos, plainBlobs } = outboxTables(outboxName(owner))
      expect((await commands.count()) + (await plainCommands.count()), `commands after step ${at}`).toBe(3)
      expect((await photos.count()) + (await plainBlobs.count()), `photos after step ${at}`).toBe(2)
      db.close()
      await expectWhole(owner)
    }
    expect(at).toBeGreaterThan(20)
  })

  it('is sealed once by two pages at the same time', async () => {
    const owner = newOwner()
    ;(await oldOutbox(owner)).close()
    const outboxes = [new Outbox(owner), new Outbox(owner)]
    const seen = await Promise.all(outboxes.map((outbox) => outbox.rows()))
    expect(seen).toEqual([plainRows, plainRows])
    for (const outbox of outboxes) outbox.close()
    await expectWhole(owner)
  })

  it('takes what an old page saved after it was sealed', async () => {
    const owner = newOwner()
    ;(await oldOutbox(owner)).close()
    const outbox = new Outbox(owner)
    await outbox.rows()
    outbox.close()
    const old = new Dexie(outboxName(owner))
    old.version(1).stores({ commands: 'seq, &id, [state+seq]', blobs: 'photoId, commandId, state', settings: 'key' })
    expect(await old.table('commands').count()).toBe(0)
    await old.table('settings').put({ key: 'seq', value: 4 })
    await old.table('commands').add(plainRow(4))
    old.close()
    const later = new Outbox(owner)
    expect((await later.rows()).map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    later.close()
  })
})
