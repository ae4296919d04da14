import { expect, it } from 'vitest'
import { allPages } from './all-pages.ts'

it('reads on with the next of each page until there is none', async () => {
  const asked: (string | undefined)[] = []
  const pages = new Map<string | undefined, { rows: number[]; next: string | null }>([
    [undefined, { rows: [1, 2], next: 'b' }],
    ['b', { rows: [3], next: 'c' }],
    ['c', { rows: [], next: null }]
  ])
  const rows = await allPages(async (after) => {
    asked.push(after)
    return pages.get(after) ?? { rows: [], next: null }
  })
  expect([rows, asked]).toEqual([[1, 2, 3], [undefined, 'b', 'c']])
})
