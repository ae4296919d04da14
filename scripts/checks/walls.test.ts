import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { breaches, cleanHouse, importing, writeHouse } from './walls-fixture.ts'

const project = join(import.meta.dirname, '../..')
const rules: { name: string }[] = createRequire(import.meta.url)('../../.dependency-cruiser.cjs').forbidden
const written: string[] = []

/** Runs the same program as `npm run check` in a house of its own. */
function checkHouse(house: Record<string, string>): { status: number | null; problems: string[]; output: string } {
  const root = writeHouse(tmpdir(), join(project, 'package.json'), house)
  written.push(root)
  const program = [join(project, 'node_modules/tsx/dist/cli.mjs'), join(project, 'scripts/checks/check-walls.ts')]
  const run = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' })
  return { status: run.status, problems: run.stderr.split('\n').filter(Boolean), output: run.stdout }
}

const clean = Object.fromEntries(Object.entries(cleanHouse).map(([path, imports]) => [path, importing(path, imports)]))
const broken = Object.fromEntries(breaches.map(({ file, imports, isType }) => [file, importing(file, imports, isType)]))
/** The way back of the cycle is a type import: only then does it matter that types count. */
const wayBack = { 'server/sync/egg.ts': importing('egg.ts', ['./hen.ts'], true) }

afterAll(() => written.forEach((root) => rmSync(root, { recursive: true, force: true })))

describe('walls', () => {
  let result: ReturnType<typeof checkHouse>
  beforeAll(() => {
    result = checkHouse({ ...clean, ...broken, ...wayBack })
  }, 60_000)

  it('lets a house pass in which every wall stands', () => {
    const { status, problems, output } = checkHouse(clean)
    expect(problems).toEqual([])
    expect(output).toContain(`${Object.keys(clean).length} files`)
    expect(status).toBe(0)
  }, 60_000)

  it.each(breaches)('$rule stops $file', ({ rule, file }) => {
    expect(result.problems.some((problem) => problem.startsWith(`${rule}: `) && problem.includes(file))).toBe(true)
    expect(result.status).toBe(1)
  })

  it('names no file that keeps the walls', () => {
    const guilty = new Set(result.problems.map((problem) => problem.split(/: | -> /)[1]))
    expect([...guilty].filter((file) => file !== undefined && file in clean)).toEqual([])
  })

  it('breaks every rule there is at least once', () => {
    const tried = new Set(breaches.map(({ rule }) => rule))
    expect(rules.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
  })

  it('fails for a floor where nothing was found once the product exists', () => {
    const { status, problems } = checkHouse({ 'client/apps/field/main.ts': importing('main.ts', []) })
    expect(problems).toContain('empty: no code found under server/')
    expect(status).toBe(1)
  }, 60_000)
})
