import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findOrInstallChromium, findOrUnpackFonts } from '#server/embedded/embedded-browser.ts'
import { runMutations } from '../mutations/run-mutations.ts'
import type { StageTools } from './stage-tools.ts'
import { countGates, countJourneys, countVitest, type TestCounts } from './test-counts.ts'

export const stageNames = ['check', 'unit', 'pg', 'soak', 'mutations', 'e2e'] as const
export type StageName = (typeof stageNames)[number]

/** Removes what an earlier run left, so that a stage that dies early is not judged by it. */
function freshReport(root: string, name: string): { path: string; read: <T>() => T | null } {
  const path = join(root, 'test-results', name)
  rmSync(path, { force: true })
  return { path, read: <T>() => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) as T : null) }
}

async function runCheck({ root, runNode }: StageTools): Promise<TestCounts> {
  const report = freshReport(root, 'check.json')
  const { code } = await runNode(join(root, 'scripts/check.mjs'), [], { cwd: root })
  return countGates(report.read(), code)
}

async function runVitest({ root, runNode }: StageTools, project: 'unit' | 'pg'): Promise<TestCounts> {
  const report = freshReport(root, `${project}.json`)
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report.path}`]
  const { code } = await runNode(join(root, 'node_modules/vitest/vitest.mjs'), args, { cwd: root })
  return countVitest(report.read(), code)
}

async function runJourneys({ root, cacheDir, runNode, log }: StageTools): Promise<TestCounts> {
  const report = freshReport(root, 'journeys.json')
  const chromium = await findOrInstallChromium({ log, cacheDir, chromium: process.env['CHROMIUM_PATH'] })
  const fonts = await findOrUnpackFonts({ log, cacheDir })
  const env = { CHROMIUM_PATH: chromium, ...(fonts ? { FONTCONFIG_FILE: fonts } : {}) }
  const { code } = await runNode(join(root, 'node_modules/@playwright/test/cli.js'), ['test'], { cwd: root, env })
  return countJourneys(report.read(), code)
}

/**
 * Seeds and minutes of the model test here: always the same seeds, so that a change is judged by what it changed. A slow machine may run
 * fewer, never less than a fifth. `npm run soak` takes new ones, as many as it is told.
 */
const soakPlan = ['--first', '1', '--seeds', '300', '--minutes', '6', '--least', '60']

async function runSoak({ root, runNode }: StageTools): Promise<TestCounts> {
  const report = freshReport(root, 'soak.json')
  const { code } = await runNode(join(root, 'node_modules/tsx/dist/cli.mjs'), [join(root, 'scripts/soak/run.ts'), ...soakPlan, '--report', report.path], { cwd: root })
  const told = report.read<TestCounts>()
  return told && (told.failed > 0 || code === 0) ? told : { passed: told?.passed ?? 0, failed: 1, skipped: 0 }
}

/** Runs one stage and counts its tests. A stage that cannot run at all says why and counts as one failure. */
export async function runStage(name: StageName, tools: StageTools): Promise<TestCounts> {
  try {
    if (name === 'check') return await runCheck(tools)
    if (name === 'soak') return await runSoak(tools)
    if (name === 'mutations') return await runMutations(tools)
    if (name === 'e2e') return await runJourneys(tools)
    return await runVitest(tools, name)
  } catch (error) {
    tools.log((error as Error).message)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
