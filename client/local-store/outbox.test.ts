import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Verdict } from '#shared/protocol/push.ts'
import { Outbox, type NewCommand, type Settlement } from './outbox.ts'
import { ownerPrefix } from './database-names.ts'
import { wipeDatabases } from './wipe-databases.ts'

let owner = { tenantSlug: 'test', userId: '', deviceId: '' }
let outbox: Outbox
beforeEach(() => {
  owner = { tenantSlug: 'test', userId: randomUUID(), deviceId: randomUUID() }
  outbox = new Outbox(owner)
})
afterEach(() => outbox.close())

/** The app is killed and started again: only what is in the database is left. */
function restart(): void {
  outbox.close()
  outbox = new Outbox(owner)
}

const newCommand = (at = 1, blobs: NewCommand['blobs'] = []): NewCommand => ({
  command: { id: randomUUID(), v: 1, name: 'test.note', args: { text: 'काम' }, at, actor: null, device: null },
  title: 'A note',
  subject: { collection: 'cases', type: 'grievance', id: randomUUID() },
  writes: [],
  touches: [],
  blobs
})

function verdictFor(id: string, change: Partial<Verdict> = {}): Verdict {
  const receipt = { hash: 'a'.repeat(64), receivedAt: 1_000, position: '50', batch: randomUUID() }
  return { id, verdict: 'applied', receipt, stored: [], issues: [], ...change }
}

const settlement = (verdicts: Verdict[], change: Partial<Settlement> = {}): Settlement => ({
  verdicts,
  mismatched: [],
  serverTime: 1_000,
  generation: 1,
  durableTo: { position: null, keepDays: 14 },
  ...change
})

const keepForever = { position: null, keepDays: 14 }

describe('Outbox', () => {
  it('still has command and photo after a kill right after saving, byte for byte', async () => {
    const blob = new Blob([new Uint8Array([1, 2, 3])], { type: 'image/jpeg' })
    const entry = newCommand(1, [{ photoId: randomUUID(), sha256: 'b'.repeat(64), blob }])
    await outbox.append(entry)
    restart()
    expect((await outbox.rows())[0]?.command).toEqual({ ...entry.command, seq: 1 })
    const photo = await outbox.photo(entry.blobs[0]!.photoId)
    expect(photo?.type).toBe('image/jpeg')
    expect(new Uint8Array(await photo!.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('saves all or nothing: a photo that is already there leaves no command behind', async () => {
    const photo = { photoId: randomUUID(), sha256: 'b'.repeat(64), blob: new Blob(['x']) }
    await outbox.append(newCommand(1, [photo]))
    await expect(outbox.append(newCommand(2, [photo]))).rejects.toThrow()
    expect(await outbox.rows()).toHaveLength(1)
    expect((await outbox.append(newCommand(3))).seq).toBe(2)
  })

  it('saves a command once, however often it is tapped', async () => {
    const entry = newCommand()
    const [first, second] = await Promise.all([outbox.append(entry), outbox.append(entry)])
    expect(second.seq).toBe(first.seq)
    expect(await outbox.rows()).toHaveLength(1)
  })

  it('orders by saving, not by a clock that was set back', async () => {
    await outbox.append(newCommand(2_000))
    restart()
    await outbox.append(newCommand(1_000))
    expect((await outbox.unsent()).rows.map((row) => [row.seq, row.command.at])).toEqual([
      [1, 2_000],
      [2, 1_000]
    ])
  })

  it('never gives a number twice, not even after the first was let go', async () => {
    const { id } = await outbox.append(newCommand())
    await outbox.settle(settlement([verdictFor(id)]))
    await outbox.markApplied([id])
    expect(await outbox.releaseDurable({ position: '51', keepDays: 14 }, { serverTime: 0, generation: 1 })).toBe(1)
    restart()
    expect((await outbox.append(newCommand())).seq).toBe(2)
  })

  it('keeps a sent command to be sent again after a kill, and two outboxes see the same', async () => {
    const row = await outbox.append(newCommand())
    await outbox.markSent([row.seq])
    restart()
    expect((await outbox.unsent()).rows.map(({ state, id }) => ({ state, id }))).toEqual([{ state: 'sent', id: row.id }])
  })

  it('keeps verdict, receipt and stored records through a kill between settling and applying', async () => {
    const row = await outbox.append(newCommand())
    const document = { id: randomUUID(), type: 'grievance', rev: 3 }
    await outbox.settle(settlement([verdictFor(row.id, { stored: [{ collection: 'cases', document }] })]))
    restart()
    expect(await outbox.unsent()).toEqual({ rows: [], count: 0 })
    expect((await outbox.settled())[0]).toMatchObject({
      verdict: 'applied',
      stored: [{ document }],
      receipt: { position: '50' }
    })
    expect(await outbox.marks()).toMatchObject({ lastReceivedAt: 1_000, generation: 1 })
  })

  it('takes a duplicate for what was decided first, and a late second verdict for nothing', async () => {
    const row = await outbox.append(newCommand())
    await outbox.settle(settlement([verdictFor(row.id, { verdict: 'duplicate', first: 'merged' })]))
    await outbox.markApplied([row.id])
    await outbox.settle(settlement([verdictFor(row.id, { verdict: 'rejected', code: 'stale_state' })]))
    expect((await outbox.rows())[0]).toMatchObject({ state: 'applied', verdict: 'merged', code: null })
  })

  it('lets go only what the server surely keeps', async () => {
    const row = await outbox.append(newCommand())
    expect(await outbox.releaseDurable({ position: '99', keepDays: 14 }, { serverTime: 0, generation: 1 })).toBe(0)
    await outbox.settle(settlement([verdictFor(row.id)]))
    expect(await outbox.releaseDurable({ position: '99', keepDays: 14 }, { serverTime: 0, generation: 1 })).toBe(0)
    await outbox.markApplied([row.id])
    expect(await outbox.releaseDurable({ position: '50', keepDays: 14 }, { serverTime: 0, generation: 1 })).toBe(0)
    expect(await outbox.releaseDurable(keepForever, { serverTime: 1_000 + 13 * 86_400_000, generation: 1 })).toBe(0)
    expect(await outbox.releaseDurable(keepForever, { serverTime: 1_001 + 14 * 86_400_000, generation: 1 })).toBe(1)
    expect(await outbox.rows()).toEqual([])
  })

  it('keeps a refusal until a person has seen it, and a photo until the server has it', async () => {
    const photo = { photoId: randomUUID(), sha256: 'b'.repeat(64), blob: new Blob(['x']) }
    const [refused, withPhoto] = [await outbox.append(newCommand()), await outbox.append(newCommand(1, [photo]))]
    await outbox.settle(
      settlement([verdictFor(refused.id, { verdict: 'rejected', code: 'not_allowed' }), verdictFor(withPhoto.id)])
    )
    await outbox.markApplied([refused.id, withPhoto.id])
    const past = { position: '99', keepDays: 14 }
    expect(await outbox.releaseDurable(past, { serverTime: 0, generation: 1 })).toBe(0)
    await outbox.acknowledge(refused.id)
    await outbox.removeBlob(photo.photoId)
    expect(await outbox.releaseDurable(past, { serverTime: 0, generation: 1 })).toBe(2)
  })

  it('sends everything it kept again when the server was restored to an older state', async () => {
    const row = await outbox.append(newCommand())
    await outbox.settle(settlement([verdictFor(row.id)]))
    await outbox.markApplied([row.id])
    await outbox.sendAgain(2)
    expect((await outbox.unsent()).rows.map(({ id }) => id)).toEqual([row.id])
    await outbox.settle(settlement([verdictFor(row.id, { verdict: 'applied' })], { generation: 2 }))
    expect((await outbox.rows())[0]).toMatchObject({ state: 'settled', generation: 2 })
  })

  it('sends again at once what an answer from before the restore settles late, and writes none of its records', async () => {
    const [row, refused] = [await outbox.append(newCommand()), await outbox.append(newCommand())]
    await outbox.markSent([row.seq, refused.seq])
    await outbox.sendAgain(2)
    const stored = [{ collection: 'cases' as const, document: { id: randomUUID(), type: 'grievance', rev: 3 } }]
    await outbox.settle(settlement([verdictFor(row.id, { stored }), verdictFor(refused.id, { verdict: 'rejected', code: 'not_allowed', stored })]))
    expect((await outbox.unsent()).rows.map(({ id }) => id)).toEqual([row.id])
    expect((await outbox.settled()).map(({ id, stored: records }) => ({ id, records }))).toEqual([{ id: refused.id, records: [] }])
    expect(await outbox.marks()).toMatchObject({ generation: 2, durableTo: null, lastReceivedAt: 1_000 })
    await outbox.settle(settlement([verdictFor(row.id, { stored })], { generation: 2 }))
    expect((await outbox.settled()).find(({ id }) => id === row.id)).toMatchObject({ generation: 2, stored })
  })

  it('takes the second answer of a generation below the one it knows: the server is there, and sending would never end', async () => {
    const row = await outbox.append(newCommand())
    await outbox.settle(settlement([verdictFor(row.id)]))
    await outbox.markApplied([row.id])
    await outbox.sendAgain(9)
    await outbox.settle(settlement([verdictFor(row.id, { verdict: 'duplicate', first: 'applied' })]))
    expect((await outbox.unsent()).rows.map(({ id }) => id)).toEqual([row.id])
    await outbox.settle(settlement([verdictFor(row.id, { verdict: 'duplicate', first: 'applied' })]))
    expect((await outbox.unsent()).rows).toEqual([])
    expect((await outbox.rows())[0]).toMatchObject({ state: 'settled', verdict: 'applied' })
  })

  it('knows an answer from before the restore also where a push heard of the restore first, and in another page', async () => {
    const [kept, first, late] = [await outbox.append(newCommand()), await outbox.append(newCommand()), await outbox.append(newCommand())]
    await outbox.settle(settlement([verdictFor(kept.id)]))
    await outbox.settle(settlement([verdictFor(first.id)], { generation: 2 }))
    const other = new Outbox(owner)
    expect((await other.unsent()).rows.map(({ id }) => id)).toEqual([kept.id, late.id])
    await other.settle(settlement([verdictFor(late.id)], { durableTo: { position: '99', keepDays: 1 } }))
    expect((await other.unsent()).rows.map(({ id }) => id)).toEqual([kept.id, late.id])
    await other.sendAgain(1)
    expect((await outbox.rows())[1]).toMatchObject({ id: first.id, state: 'settled', generation: 2 })
    expect(await outbox.marks()).toMatchObject({ generation: 2, durableTo: keepForever })
    other.close()
  })

  it('keeps what another generation received, however far the mark of this one is', async () => {
    const row = await outbox.append(newCommand())
    await outbox.settle(settlement([verdictFor(row.id)]))
    await outbox.markApplied([row.id])
    expect(await outbox.releaseDurable({ position: '99', keepDays: 14 }, { serverTime: 0, generation: 2 })).toBe(0)
    await outbox.sendAgain(2)
    expect((await outbox.unsent()).rows.map(({ id }) => id)).toEqual([row.id])
  })

  it('lets a refusal go that was seen before the restore: it is not sent again', async () => {
    const row = await outbox.append(newCommand())
    await outbox.settle(settlement([verdictFor(row.id, { verdict: 'rejected', code: 'not_allowed' })]))
    await outbox.markApplied([row.id])
    await outbox.acknowledge(row.id)
    await outbox.sendAgain(2)
    expect(await outbox.releaseDurable({ position: '99', keepDays: 14 }, { serverTime: 0, generation: 2 })).toBe(1)
  })

  it('is wiped by name, and leaves the data of another person alone', async () => {
    const other = new Outbox({ ...owner, userId: randomUUID() })
    await other.append(newCommand())
    await outbox.append(newCommand())
    outbox.close()
    expect(await wipeDatabases(ownerPrefix(owner))).toEqual([`${ownerPrefix(owner)}outbox`])
    outbox = new Outbox(owner)
    expect(await outbox.rows()).toEqual([])
    expect(await other.rows()).toHaveLength(1)
    other.close()
  })
})
