/** How many tests of a stage passed, failed or were skipped. */
export interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: unknown[]
}

/** A stage that ended badly without naming a failed test still counts as one failure: red is never summed up as green. */
function withExitCode(counts: TestCounts, code: number): TestCounts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

/** A step that is one test in itself, such as the build. */
export function countStep(code: number): TestCounts {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
}

/** Gates of `npm run check`, one test each. `report` is null when none was written. */
export function countGates(report: { ok: boolean }[] | null, code: number): TestCounts {
  const gates = report ?? []
  const passed = gates.filter(({ ok }) => ok).length
  return withExitCode({ passed, failed: gates.length - passed, skipped: 0 }, code)
}

/** A test file that could not even be loaded holds no tests; it counts as one failure. */
export function countVitest(report: VitestReport | null, code: number): TestCounts {
  if (!report) return withExitCode({ passed: 0, failed: 0, skipped: 0 }, code)
  const unloaded = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length
  return withExitCode({ passed: report.numPassedTests, failed: report.numFailedTests + unloaded, skipped: report.numPendingTests + report.numTodoTests }, code)
}

/** A journey that passed only on a second try is a failure: nobody knows yet why it failed on the first. */
export function countJourneys(report: PlaywrightReport | null, code: number): TestCounts {
  if (!report) return withExitCode({ passed: 0, failed: 0, skipped: 0 }, code)
  const { expected, unexpected, flaky, skipped } = report.stats
  return withExitCode({ passed: expected, failed: unexpected + flaky, skipped }, code)
}

export function sumCounts(all: readonly TestCounts[]): TestCounts {
  const sum = (pick: (counts: TestCounts) => number) => all.reduce((total, counts) => total + pick(counts), 0)
  return { passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed), skipped: sum(({ skipped }) => skipped) }
}
