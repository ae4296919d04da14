import { expect, test } from 'vitest'
import { compareRuns, median, quantile, rounded } from './bench-row.ts'

test('one slow run does not move the median, and an even count takes the mean of the middle', () => {
  expect(median([10, 900, 12])).toBe(12)
  expect(median([1, 2, 4, 100])).toBe(3)
  expect(median([])).toBeNaN()
})

test('p95 of 40 writes is the 38th, p50 the 20th, and the whole is the slowest', () => {
  const writes = Array.from({ length: 40 }, (_, index) => 40 - index)
  expect([quantile(writes, 0.95), quantile(writes, 0.5), quantile(writes, 1)]).toEqual([38, 20, 40])
  expect(quantile([], 0.95)).toBeNaN()
})

test('the ratio compares the medians before they are rounded', () => {
  const row = compareRuns({
    name: 'pull-http',
    detail: '8 connections',
    unit: 'docs/s',
    reference: 'floor',
    ours: [149.6, 1, 150.4, 149.6, 900],
    floor: [300.4, 300.4, 1, 300.4, 900]
  })
  expect(row).toMatchObject({ value: 150, referenceValue: 300, ratio: 0.498 })
  expect(row.detail).toBe('8 connections; runs 150/1/150/150/900, reference 300/300/1/300/900')
})

test('a side that was not measured is no ratio', () => {
  const common = { name: 'x', detail: '', unit: 'ms', reference: 'floor' }
  expect(() => compareRuns({ ...common, ours: [], floor: [1] })).toThrow('nothing was measured')
  expect(() => compareRuns({ ...common, ours: [1], floor: [0] })).toThrow('nothing was measured')
})

test('numbers are rounded to what a measurement can tell', () => {
  expect([rounded(12345.6), rounded(99.87), rounded(0.12345)]).toEqual([12346, 99.9, 0.123])
})
