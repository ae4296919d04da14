import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storedBytes, wordsIn } from '#client/testing/stored-bytes.ts'
import { ownerPrefix } from '../database-names.ts'
import { Outbox, type NewCommand } from '../outbox.ts'
import { outboxTables } from './outbox-tables.ts'

const [name, phone, description, jpeg] = ['सुनीता देवी Sunita', '+919812345678', 'The well at house 14 is dry', 'EXIF of the photo']
const secrets = [name, phone, description, jpeg, 'field.tooLong of her']

let owner = { tenantSlug: 'test', userId: '', deviceId: '' }
let outbox: Outbox
beforeEach(() => {
  owner = { tenantSlug: 'test', userId: randomUUID(), deviceId: randomUUID() }
  outbox = new Outbox(owner)
})
afterEach(() => outbox.close())

const entry = (): NewCommand => ({
  command: { id: randomUUID(), v: 1, name: 'person.add', args: { name, phone }, base: { notes: description }, at: 1, actor: null, device: null },
  title: name,
  subject: { collection: 'people', type: 'person', id: randomUUID() },
  writes: [randomUUID()],
  touches: [randomUUID()],
  blobs: [{ photoId: randomUUID(), sha256: 'b'.repeat(64), blob: new Blob([jpeg], { type: 'image/jpeg' }) }]
})

async function fill(): Promise<NewCommand> {
  const saved = entry()
  await outbox.append(saved)
  const refused = await outbox.append(entry())
  const receipt = { hash: 'a'.repeat(64), receivedAt: 1_000, position: '50', batch: randomUUID() }
  const fields = [{ path: 'notes', message: 'field.tooLong of her' }]
  const stored = [{ collection: 'people' as const, document: { id: randomUUID(), type: 'person', rev: 3, name, phone } }]
  const verdict = { id: refused.id, verdict: 'rejected' as const, code: 'invalid_args' as const, fields, receipt, stored, issues: [] }
  await outbox.settle({ verdicts: [verdict], mismatched: [], serverTime: 1, generation: 1, durableTo: { position: null, keepDays: 14 } })
  await outbox.putSetting('draft', { description })
  await outbox.putSetting('draft-photo', new Blob([jpeg]))
  return saved
}

describe('an outbox at rest', () => {
  it('holds no word of what people wrote, of what the server answered, or of a photo', async () => {
    await fill()
    const [row] = await outbox.rows()
    expect(wordsIn(Buffer.from(JSON.stringify(row)), secrets)).toEqual([name, phone, description])
    const bytes = await storedBytes(ownerPrefix(owner))
    expect(bytes.length).toBeGreaterThan(1_000)
    expect(wordsIn(bytes, secrets)).toEqual([])
  })

  it('seals with a key that is there where its database was deleted under the open page, and the next page reads it', async () => {
    await fill()
    expect((await outbox.known()).rows).toHaveLength(2)
    await new Promise((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase(outbox.name)
      deleting.onsuccess = resolve
      deleting.onerror = reject
    })
    const later = entry()
    await Promise.all([outbox.append(later), outbox.putSetting('draft', { description })])
    expect((await outbox.known()).rows).toMatchObject([{ id: later.command.id }])
    outbox.close()
    outbox = new Outbox(owner)
    expect(await outbox.rows()).toMatchObject([{ trouble: null, title: name, command: { id: later.command.id } }])
    expect(await outbox.setting('draft')).toEqual({ description })
  })

  it('is read whole by the next page, drafts and refusals included', async () => {
    const saved = await fill()
    outbox.close()
    outbox = new Outbox(owner)
    const { blobs: _blobs, ...kept } = saved
    const [first, refused] = await outbox.rows()
    expect(first).toMatchObject({ ...kept, command: { ...saved.command, seq: 1 } })
    expect(refused).toMatchObject({ fields: [{ path: 'notes' }], stored: [{ document: { name, phone } }] })
    expect(await outbox.setting('draft')).toEqual({ description })
    expect(await (await outbox.setting<Blob>('draft-photo'))?.text()).toBe(jpeg)
    expect(await (await outbox.photo(saved.blobs[0]!.photoId))?.text()).toBe(jpeg)
  })

  it('is sealed with a key that nobody can read out, and that no second page replaces', async () => {
    const [one, two] = [new Outbox(owner), new Outbox(owner)]
    await Promise.all([one.append(entry()), two.append(entry())])
    one.close()
    two.close()
    expect(await outbox.rows()).toHaveLength(2)
    const { db, settings } = outboxTables(outbox.name)
    const key = (await settings.get('key'))?.value as CryptoKey
    db.close()
    expect(key).toBeInstanceOf(CryptoKey)
    expect(key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
  })

  it('gives up no row for another: one of changed bytes, or of those of another, is damaged, shown apart and kept as it lies', async () => {
    for (const _ of [1, 2, 3]) await outbox.append(entry())
    outbox.close()
    const { db, commands } = outboxTables(outbox.name)
    const [first, second] = await commands.toArray()
    await commands.update(1, { content: second!.content })
    second!.content = second!.content.map((byte, at) => (at === 40 ? byte ^ 1 : byte))
    await commands.put(second!)
    const lying = await commands.toArray()
    outbox = new Outbox(owner)
    const damaged = { trouble: { kind: 'damaged' }, title: '', command: { name: 'unreadable' } }
    expect(await outbox.rows()).toMatchObject([{ ...damaged, id: first!.id, seq: 1 }, { ...damaged, id: second!.id, seq: 2 }, { trouble: null, title: name }])
    await outbox.retryTroubled()
    expect(await outbox.unsent()).toMatchObject({ count: 3, rows: [damaged, damaged, { trouble: null }] })
    expect(await commands.toArray()).toEqual(lying)
    db.close()
  })

  it('keeps the last of two settings written at once, as it was when it was written', async () => {
    const value = { step: 1 }
    const writes = [outbox.putSetting('draft', value)]
    value.step = 2
    writes.push(outbox.putSetting('draft', value))
    value.step = 3
    expect(await outbox.setting('draft')).toEqual({ step: 2 })
    await Promise.all(writes)
    await outbox.putSetting('draft', null)
    expect(await outbox.setting('draft')).toBeNull()
  })
})
