import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { expect, it, vi } from 'vitest'
import { collectionNames } from '#shared/protocol/collection-names.ts'
import type { PulledPage } from '#shared/protocol/pull.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { openProgressBook } from './progress-book.ts'
import type { SyncProgress } from './sync-progress.ts'

const page = (collection: PulledPage['collection'], count: number, facts: Partial<PulledPage> = {}): PulledPage => ({
  collection,
  documents: Array.from({ length: count }, (_, n) => ({
    id: `0195d000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    type: 'person',
    rev: 1
  })),
  checkpoint: { g: 1, s: {}, r: {} },
  remaining: 0,
  done: true,
  reset: false,
  ...facts
})

function open() {
  const told: string[] = []
  const saves: (() => void)[] = []
  const book = openProgressBook(
    {},
    {
      tell: ({ firstSync }) =>
        told.push(`${firstSync.received} of ${firstSync.total}${firstSync.done ? ', done' : ''}`),
      save: (_progress, saved) => saves.push(saved)
    }
  )
  return { book, told, save: () => saves.splice(0).forEach((saved) => saved()) }
}

it('counts a record only when it is written, and says "done" only when all is written and that is remembered', () => {
  const { book, told, save } = open()
  for (const name of collectionNames)
    book.onPage(page(name, name === 'people' ? 3 : 0, name === 'people' ? { remaining: 2, done: false } : {}), true)
  expect(told.at(-1)).toBe('0 of 5')
  book.onWritten('people', 3)
  for (const name of collectionNames) book.onRested(name)
  expect(told.at(-1)).toBe('3 of 5')
  book.onPage(page('people', 2), false)
  expect(told.at(-1)).toBe('3 of 5')
  book.onWritten('people', 2)
  expect(told.at(-1)).toBe('5 of 5')
  book.onRested('people')
  expect(told.at(-1)).toBe('5 of 5')
  save()
  expect(told.at(-1)).toBe('5 of 5, done')
})

async function openSaving(outbox: Outbox) {
  const shown: string[] = []
  const saves: SyncProgress[] = []
  let writing: Promise<void> = Promise.resolve()
  const book = openProgressBook((await outbox.setting<SyncProgress>('progress')) ?? {}, {
    tell: ({ firstSync: { received, total } }) => shown.push(`${received} of ${total}`),
    save(progress, saved) {
      saves.push(progress)
      writing = writing.then(() => outbox.putSetting('progress', progress)).then(saved)
    }
  })
  return { book, shown, saves, written: () => writing }
}

it('saves only the newest of many counts; a kill in between shows an older one, and the end is saved', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const outbox = new Outbox({ tenantSlug: 't', userId: randomUUID(), deviceId: randomUUID() })
  try {
    const killed = await openSaving(outbox)
    killed.book.onPage(page('people', 0, { remaining: 1_000, done: false }), true)
    for (let n = 0; n < 40; n += 1) killed.book.onWritten('people', 10)
    vi.advanceTimersByTime(500)
    for (let n = 0; n < 40; n += 1) killed.book.onWritten('people', 10)
    expect(killed.saves.map(({ people }) => people?.received)).toEqual([0, 400])
    await killed.written()

    const { book, shown, saves, written } = await openSaving(outbox)
    expect([killed.shown.at(-1), shown[0]]).toEqual(['800 of 1000', '400 of 1000'])
    book.onPage(page('people', 200), false)
    book.onWritten('people', 200)
    book.onRested('people')
    await written()
    expect(saves.length).toBe(1)
    expect(await outbox.setting('progress')).toEqual({ people: { total: 1_000, received: 1_000, done: true } })
  } finally {
    vi.useRealTimers()
    outbox.close()
  }
})
