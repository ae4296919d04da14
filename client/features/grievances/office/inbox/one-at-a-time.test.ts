import { expect, test } from 'vitest'
import { oneAtATime } from './one-at-a-time.ts'

function slowWork() {
  const ends: (() => void)[] = []
  return { ends, work: () => new Promise<void>((resolve) => ends.push(resolve)) }
}
const settled = () => new Promise((resolve) => setTimeout(resolve))

test('what changes while it looks is looked at once more, however often it changed', async () => {
  const { ends, work } = slowWork()
  const refresh = oneAtATime(work, 'again')
  void refresh()
  void refresh()
  void refresh()
  expect(ends).toHaveLength(1)
  ends[0]?.()
  await settled()
  expect(ends).toHaveLength(2)
  ends[1]?.()
  await settled()
  expect(ends).toHaveLength(2)
})

test('a wish for the next page while it is on its way is the same wish', async () => {
  const { ends, work } = slowWork()
  const loadMore = oneAtATime(work, 'drop')
  void loadMore()
  void loadMore()
  ends[0]?.()
  await settled()
  expect(ends).toHaveLength(1)
  void loadMore()
  expect(ends).toHaveLength(2)
})
