import { describe, expect, test } from 'vitest'
import { countGates, countJourneys, countStep, countVitest, sumCounts } from './test-counts.ts'

const vitest = (changes = {}) => ({ numPassedTests: 4, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0, testResults: [], ...changes })

describe('the last line of npm test', () => {
  test('counts each gate as one test', () => {
    expect(countGates([{ ok: true }, { ok: false }, { ok: true }], 1)).toEqual({ passed: 2, failed: 1, skipped: 0 })
  })

  test('is red when a stage ended badly without a report', () => {
    for (const count of [countGates, countVitest, countJourneys]) expect(count(null, 1).failed).toBe(1)
  })

  test('is red when every test passed but the run itself failed', () => {
    expect(countVitest(vitest(), 1)).toEqual({ passed: 4, failed: 1, skipped: 1 })
    expect(countJourneys({ stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0 }, errors: [{}] }, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 })
  })

  test('counts a test file that cannot be loaded as a failure beside the failed tests', () => {
    const report = vitest({ numFailedTests: 2, testResults: [{ status: 'failed', assertionResults: [] }, { status: 'failed', assertionResults: [{}, {}] }] })
    expect(countVitest(report, 1).failed).toBe(3)
  })

  test('counts a flaky journey as failed', () => {
    expect(countJourneys({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 2 }, errors: [] }, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 })
  })

  test('adds the stages up', () => {
    expect(sumCounts([countStep(0), countStep(1), { passed: 5, failed: 0, skipped: 2 }])).toEqual({ passed: 6, failed: 1, skipped: 2 })
  })
})
