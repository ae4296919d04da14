import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { type CheckResult, runAsProgram } from './check-result.ts'
import { emptyFloors, floors, isCode, listFiles } from './source-files.ts'

const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs')

/**
 * Runs the walls of .dependency-cruiser.cjs over the tree in the working directory (type imports included) and makes sure that
 * every code file on disk was really looked at.
 *
 * @returns one problem per forbidden import: `rule: from -> to`
 */
export async function checkWalls(root: string): Promise<CheckResult> {
  const present = [...floors.filter((floor) => existsSync(join(root, floor))), ...rootConfigs(root)]
  const onDisk = present.flatMap((entry) => (isCode(entry) ? [entry] : listFiles(root, entry))).filter(isCode)
  if (onDisk.length === 0) return { problems: [], summary: 'walls: no code yet' }
  const { output } = await cruise(present, { ...options, baseDir: root, validate: true, ruleSet: { forbidden } })
  const { modules, summary } = output as ICruiseResult
  const broken = summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} -> ${describeTarget(violation)}`)
  const seen = new Set(modules.map((module) => module.source))
  const unseen = onDisk.filter((path) => !seen.has(path)).map((path) => `unseen: ${path} was not looked at`)
  const empty = emptyFloors(root).map((floor) => `empty: no code found under ${floor}/`)
  return {
    problems: [...new Set([...broken, ...unseen, ...empty])],
    summary: `walls: ${onDisk.length} files, ${forbidden.length} rules, ${broken.length} broken`
  }
}

function describeTarget(violation: ICruiseResult['summary']['violations'][number]): string {
  return violation.cycle ? violation.cycle.map((step) => step.name).join(' -> ') : violation.to
}

function rootConfigs(root: string): string[] {
  return ['vite.config.ts', 'vitest.config.ts', 'playwright.config.ts'].filter((file) => existsSync(join(root, file)))
}

await runAsProgram(import.meta.url, checkWalls)
