import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256Hex } from '#client/device/sha256.ts'
import type { StoreOwner } from '#client/local-store/database-names.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { testClock } from '#client/testing/field-device.ts'
import { makeRescueOffice } from '#client/testing/rescue-office.ts'
import { makeRescueFiles } from './rescue-files.ts'

const newOwner = (): StoreOwner => ({ tenantSlug: 'test', userId: randomUUID(), deviceId: randomUUID() })

async function save(outbox: Outbox, title: string, photos: readonly Blob[] = []): Promise<string> {
  const id = randomUUID()
  const subject = { collection: 'cases', type: 'grievance', id: randomUUID() } as const
  const blobs = await Promise.all(photos.map(async (blob) => ({ photoId: randomUUID(), sha256: await sha256Hex(blob), blob })))
  const command = { id, v: 1, name: 'grievance.file', args: { text: title }, at: Date.UTC(2026, 10, 21), actor: null, device: null }
  await outbox.append({ command, title, subject, writes: [], touches: [], blobs })
  return id
}

const settle = (outbox: Outbox, id: string, verdict: 'applied' | 'rejected') =>
  outbox.settle({
    verdicts: [{ id, verdict, receipt: { hash: 'h', receivedAt: 1, position: '1', batch: randomUUID() }, stored: [], issues: [] }],
    mismatched: [],
    serverTime: 1,
    generation: 1,
    durableTo: { position: null, keepDays: 30 }
  })

test('the file holds all that is not confirmed, photos included, and the outbox stays as it was', async () => {
  const owner = newOwner()
  const outbox = new Outbox(owner)
  const office = await makeRescueOffice()
  const received = await save(outbox, 'received')
  const photoOnly = await save(outbox, 'its photo is still here', [new Blob(['first photo'])])
  const refused = await save(outbox, 'refused', [new Blob(['of no use'])])
  const waiting = await save(outbox, 'waiting', [new Blob(['second photo']), new Blob(['third photo'])])
  for (const id of [received, photoOnly]) await settle(outbox, id, 'applied')
  await settle(outbox, refused, 'rejected')
  const before = await outbox.rows()
  const { files, commandIds, photoIds } = await makeRescueFiles(outbox, { key: office.key, owner, clock: testClock() })
  expect(files).toHaveLength(1)
  const { content, photos } = await office.open(files[0]!)
  expect(content).toMatchObject({ authorId: owner.userId, items: [{ title: 'its photo is still here' }, { title: 'waiting' }] })
  expect(content.items.map((item) => item.command.id)).toEqual([photoOnly, waiting])
  expect(photos.map((bytes) => new TextDecoder().decode(bytes)).sort()).toEqual(['first photo', 'second photo', 'third photo'])
  expect([commandIds, photoIds.length]).toEqual([[photoOnly, waiting], 3])
  expect(await outbox.rows()).toEqual(before)
})

test('a queue too large for one file goes into several, each with the commands of its photos', async () => {
  const owner = newOwner()
  const outbox = new Outbox(owner)
  const office = await makeRescueOffice()
  const big = (letter: string) => new Blob([letter.repeat(9_000_000)])
  const ids = [await save(outbox, 'one', [big('a'), big('b'), big('c'), big('d')]), await save(outbox, 'two')]
  const { files } = await makeRescueFiles(outbox, { key: office.key, owner, clock: testClock() })
  const opened = await Promise.all(files.map((file) => office.open(file)))
  expect(files.every((file) => file.size <= 30_000_000)).toBe(true)
  expect(opened.map(({ photos }) => photos.length)).toEqual([3, 1])
  expect(opened.map(({ content }) => content.items.map((item) => item.command.id))).toEqual([[ids[0]], ids])
})

test('with nothing unsent there is no file', async () => {
  const owner = newOwner()
  const office = await makeRescueOffice()
  expect(await makeRescueFiles(new Outbox(owner), { key: office.key, owner, clock: testClock() })).toEqual({ files: [], commandIds: [], photoIds: [] })
})
