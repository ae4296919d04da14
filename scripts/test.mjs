import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildTargets } from './build.mjs'
import { endChildrenOnSignals, runNode } from './child-process.mjs'
import { installPackages, root } from './install.mjs'

// npm test: install, build, gates, unit tests, tests on a real Postgres and Redis, the model test of sync, broken rules that tests must notice, journeys in a real browser.
// `npm test -- --only check|unit|pg|soak|mutations|e2e` runs one stage. A failed stage does not stop the later ones.
// The last line is `N passed, N failed, N skipped`; the exit code is 1 when anything failed.

const needsBuild = ['check', 'e2e', 'pg']

function heading(title) {
  console.log(`\n== ${title}`)
}

function chosenStages(stageNames) {
  const { values } = parseArgs({ options: { only: { type: 'string' } } })
  if (values.only === undefined) return stageNames
  if (stageNames.includes(values.only)) return [values.only]
  throw new Error(`There is no stage "${values.only}"; there are ${stageNames.join(', ')}.`)
}

async function build(countStep) {
  heading('build')
  const failure = await buildTargets(console.log).then(() => null, (error) => error.message)
  console.log(failure ?? 'built')
  return { name: 'build', seconds: 0, counts: countStep(failure === null ? 0 : 1) }
}

async function runStages(stages, { runStage, countStep }) {
  const results = stages.some((name) => needsBuild.includes(name)) ? [await build(countStep)] : []
  const cacheDir = resolve(root, process.env.SAMPARK_CACHE_DIR || '.cache')
  for (const name of stages) {
    heading(name)
    const started = performance.now()
    const counts = await runStage(name, { root, cacheDir, runNode, log: console.log })
    results.push({ name, seconds: (performance.now() - started) / 1000, counts })
  }
  return results
}

function printSummary(results, total) {
  heading('summary')
  for (const { name, seconds, counts: { passed, failed, skipped } } of results) {
    console.log(`${failed > 0 ? 'FAIL' : 'ok  '} ${name.padEnd(9)} ${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed ${String(skipped).padStart(3)} skipped  ${seconds.toFixed(1)} s`)
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
}

process.chdir(root)
endChildrenOnSignals()
try {
  await installPackages(console.log)
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const { register } = await import('tsx/esm/api')
  register()
  const { countStep, sumCounts } = await import('./testing/test-counts.ts')
  const { runStage, stageNames } = await import('./testing/test-stages.ts')
  const results = await runStages(chosenStages(stageNames), { runStage, countStep })
  const total = sumCounts(results.map(({ counts }) => counts))
  printSummary(results, total)
  process.exitCode = total.failed > 0 ? 1 : 0
} catch (error) {
  console.error(error.message)
  console.log('0 passed, 1 failed, 0 skipped')
  process.exitCode = 1
}
