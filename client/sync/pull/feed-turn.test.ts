import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { stealableLocks } from '#client/testing/stolen-locks.ts'
import { startFeedTurn } from './feed-turn.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function device() {
  const locks = stealableLocks()
  const reading = new Set<number>()
  const open = (page: number) =>
    startFeedTurn(locks, { name: 'feed' }, () => {
      reading.add(page)
      return async () => void reading.delete(page)
    })
  return { reading, open }
}

const settle = () => vi.advanceTimersByTimeAsync(0)

it('a page that is opened beside another takes the feed over after a while by itself: the other may be frozen', async () => {
  const { reading, open } = device()
  const first = open(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([...reading]).toEqual([0])
  const second = open(1)
  await settle()
  expect([...reading]).toEqual([0])
  await vi.advanceTimersByTimeAsync(5_000)
  expect([...reading]).toEqual([1])
  await Promise.all([first.stop(), second.stop()])
  expect(reading.size).toBe(0)
})

it('the page that is looked at has it, one at a time, and it goes back to the other when that one is closed', async () => {
  const { reading, open } = device()
  const [first, second] = [open(0), open(1)]
  await settle()
  for (const [page, turn] of [[1, second], [0, first], [1, second]] as const) {
    turn.takeOver()
    await settle()
    expect([...reading]).toEqual([page])
  }
  await second.stop()
  await settle()
  expect([...reading]).toEqual([0])
  await first.stop()
  await settle()
  expect(reading.size).toBe(0)
})

it('a page that takes it back while it is still ending its own keeps it alone', async () => {
  const locks = stealableLocks()
  const reading = new Set<number>()
  const open = (page: number) =>
    startFeedTurn(locks, { name: 'feed', afterMs: 0 }, () => {
      reading.add(page)
      return async () => {
        reading.delete(page)
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    })
  const [first, second] = [open(0), open(1)]
  await settle()
  second.takeOver()
  await settle()
  first.takeOver()
  await vi.advanceTimersByTimeAsync(300)
  expect([...reading]).toEqual([0])
  const stopped = Promise.all([first.stop(), second.stop()])
  await vi.advanceTimersByTimeAsync(300)
  await stopped
})

it('begins later where copies are shown first, at once when somebody asks, and not at all once it is stopped', async () => {
  const reading: number[] = []
  const open = (page: number) =>
    startFeedTurn(stealableLocks(), { name: 'feed', afterMs: 500 }, () => {
      reading.push(page)
      return async () => undefined
    })
  const [first, asked, stopped] = [open(0), open(1), open(2)]
  asked.takeOver()
  await stopped.stop()
  await vi.advanceTimersByTimeAsync(499)
  expect(reading).toEqual([1])
  await vi.advanceTimersByTimeAsync(1)
  expect(reading).toEqual([1, 0])
  await Promise.all([first.stop(), asked.stop()])
})
