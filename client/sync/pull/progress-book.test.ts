import { expect, it } from 'vitest'
import { collectionNames } from '#shared/protocol/collection-names.ts'
import type { PulledPage } from '#shared/protocol/pull.ts'
import { openProgressBook } from './progress-book.ts'

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
