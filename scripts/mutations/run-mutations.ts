import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { startTestServices } from '#server/testing/test-services.ts'
import type { StageTools } from '../testing/stage-tools.ts'
import type { TestCounts } from '../testing/test-counts.ts'
import { departmentMutations } from './department-mutations.ts'
import { identityMutations } from './identity-mutations.ts'
import { lentServices } from './lent-services.ts'
import { mutations as syncMutations, type Mutation } from './mutation-list.ts'

/** Every rule that is broken on purpose. */
export const mutations: readonly Mutation[] = [...syncMutations, ...identityMutations, ...departmentMutations]

/**
 * Breaks each safety rule once, alone in a copy of the tree, and runs only the tests that guard it: they must go red. A rule
 * whose text has moved on is a failure too, so that the list cannot rot. All share one Postgres and one Redis; as many copies are
 * worked on side by side as there are cores, two at most, since most of the time goes into single-threaded starts of vitest.
 */
export async function runMutations({ root, cacheDir, runNode, log }: StageTools, chosen = mutations): Promise<TestCounts> {
  const { stop, ...services } = await startTestServices({ log, cacheDir })
  const env = { SAMPARK_CACHE_DIR: cacheDir, [lentServices]: JSON.stringify(services) }
  try {
    const left = [...chosen]
    const counts = await Promise.all(Array.from({ length: together }, (_, index) => inCopy(root, index, (copy) => tryAll(left, { copy, env, runNode, log }))))
    const failed = counts.reduce((sum, count) => sum + count, 0)
    return { passed: chosen.length - failed, failed, skipped: 0 }
  } finally {
    await stop()
  }
}

const together = Math.min(2, availableParallelism())

interface Trial extends Pick<StageTools, 'runNode'> {
  copy: string
  env: Record<string, string>
}

/** Takes one rule after the other out of `left`; resolves to how many went unnoticed. */
async function tryAll(left: Mutation[], { log, ...trial }: Trial & Pick<StageTools, 'log'>): Promise<number> {
  let failed = 0
  for (let mutation = left.shift(); mutation; mutation = left.shift()) {
    const problem = await tryMutation(mutation, trial)
    if (problem) failed += 1
    log(problem ? `FAIL ${mutation.name}: ${problem}` : `ok   noticed: ${mutation.name}`)
  }
  return failed
}

async function inCopy<T>(root: string, index: number, work: (copy: string) => Promise<T>): Promise<T> {
  const copy = copyTree(root, index)
  try {
    return await work(copy)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** The files git knows or would know, beside the original, so that `../shared/data` is not needed and packages are shared. */
function copyTree(root: string, index: number): string {
  const copy = join(root, '.cache', `mutations-${process.pid}-${index}`)
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  for (const file of files.split('\0').filter((name) => name && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

async function tryMutation(mutation: Mutation, { copy, env, runNode }: Trial): Promise<string | null> {
  const path = join(copy, mutation.file)
  const sound = readFileSync(path, 'utf8')
  if (sound.split(mutation.from).length !== 2) return `the text to break is not there exactly once in ${mutation.file}`
  const report = join(copy, 'mutation.json')
  rmSync(report, { force: true })
  writeFileSync(path, sound.replace(mutation.from, () => mutation.to))
  try {
    const vitest = join(copy, 'node_modules/vitest/vitest.mjs')
    await runNode(vitest, ['run', '--bail=1', '--reporter=json', `--outputFile.json=${report}`, ...mutation.tests], {
      cwd: copy,
      env
    })
  } finally {
    writeFileSync(path, sound)
  }
  if (!existsSync(report)) return 'the tests did not run'
  const { numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as { numFailedTests: number }
  return numFailedTests > 0 ? null : `no test went red (${mutation.tests.join(', ')})`
}
