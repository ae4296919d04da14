import { expect, test } from 'vitest'
import { createEventQueue, seededRandom } from './event-queue.ts'
import { simulateWave, type Wave } from './poke-wave.ts'
import { echoPeakPerSecond, simulateStorm, type Storm } from './reconnect-storm.ts'
import { createWorkQueue } from './work-queue.ts'

const storm = (more: Partial<Storm> = {}): Storm => ({
  devices: 5_000, processes: 4, postgresCores: 4, outageMs: 60_000, expired: 0,
  open: { web: 2, postgres: 1 }, refresh: { web: 2, postgres: 1 }, random: seededRandom(7), ...more
})

const wave = (more: Partial<Wave> = {}): Wave => ({
  devices: 1_000, processes: 2, postgresCores: 4, writeMs: 0.02, pull: { web: 2, postgres: 1 }, network: [10, 50], random: seededRandom(7), ...more
})

test('events come earliest first', () => {
  const queue = createEventQueue()
  const random = seededRandom(1)
  const times = Array.from({ length: 500 }, () => random() * 1000)
  times.forEach((at, device) => queue.add(at, device))
  const seen = times.map(() => queue.next()!)
  expect(seen.map(({ at }) => at)).toEqual([...times].sort((a, b) => a - b))
  expect(seen.every(({ at, device }) => times[device] === at)).toBe(true)
  expect(queue.next()).toBeNull()
})

test('a process does one thing after the other, Postgres is shared by all', () => {
  const work = createWorkQueue({ processes: 2, postgresCores: 2 })
  expect(work.finish(0, 0, { web: 10, postgres: 0 })).toBe(10)
  expect(work.finish(0, 5, { web: 10, postgres: 0 })).toBe(20)
  expect(work.finish(1, 5, { web: 10, postgres: 0 })).toBe(15)
  expect(work.finish(1, 100, { web: 1, postgres: 40 })).toBe(120)
  expect(work.finish(0, 100, { web: 1, postgres: 40 })).toBe(140)
  expect(work.used).toEqual({ web: 32, postgres: 80 })
})

test('after an outage everybody is live again, and the same seed tells the same story', () => {
  const report = simulateStorm(storm())
  expect(report.liveAt.every((at) => at >= 60_000)).toBe(true)
  expect(report.attempts).toBe(5_000)
  expect(simulateStorm(storm()).liveAfter).toEqual(report.liveAfter)
  expect(simulateStorm(storm({ random: seededRandom(8) })).liveAfter).not.toEqual(report.liveAfter)
})

test('without jitter the phones come back in one second, with it they do not', () => {
  const [spread, together] = [simulateStorm(storm()), simulateStorm(storm({ jitter: false }))]
  expect(together.peakPerSecond).toBe(5_000)
  expect(spread.peakPerSecond).toBeLessThan(1_000)
  expect(together.longestAnswer).toBeGreaterThan(spread.longestAnswer)
})

test('a fleet too small for the storm answers late, and phones that give up come again until they are live', () => {
  const report = simulateStorm(storm({ outageMs: 0, open: { web: 60, postgres: 1 } }))
  expect(report.attempts).toBeGreaterThan(5_000)
  expect(report.longestAnswer).toBe(50_000)
  expect(report.liveAt.every((at) => at > 0)).toBe(true)
})

test('the echo of a storm is as steep as its end', () => {
  const report = simulateStorm(storm())
  expect(echoPeakPerSecond(report)).toBeGreaterThan(0)
  expect(echoPeakPerSecond(report)).toBeLessThanOrEqual(report.peakPerSecond * 2)
})

test('a wave costs its writes and its pulls, and ends no sooner than the busiest process', () => {
  const report = simulateWave(wave())
  expect(report.seconds.web).toBeCloseTo(1_000 * 0.00002 + 1_000 * 0.002, 6)
  expect(report.seconds.postgres).toBeCloseTo(1, 6)
  expect(report.poked.last).toBeLessThan(report.shown.last)
  expect(report.shown.last).toBeGreaterThan((1_000 / 2) * 2)
})

test('twice the processes show a wave sooner', () => {
  expect(simulateWave(wave({ processes: 4 })).shown.p95).toBeLessThan(simulateWave(wave()).shown.p95)
})
