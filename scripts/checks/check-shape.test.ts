import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { checkShape } from './check-shape.ts'
import { checkTypeCoverage } from './check-type-coverage.ts'

let root = ''
function writeTree(files: Record<string, string>): string {
  root = mkdtempSync(join(tmpdir(), 'shape-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}
afterEach(() => rmSync(root, { recursive: true, force: true }))

const disable = `/* eslint-${'disable'}`

it('names dumping grounds, folders that are not kebab-case and folders of more than 15 files, tests not counted', () => {
  const crowd = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`shared/geo/part-${index}.ts`, 'x\n']))
  const tests = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`shared/ids/part-${index}.test.ts`, 'x\n']))
  writeTree({ ...crowd, ...tests, 'client/utils/date.ts': '', 'server/http/Routes/get.ts': '' })
  expect(checkShape(root).problems).toEqual([
    'client/utils/: a folder called utils says nothing about what belongs in it',
    'server/http/Routes/: folder names are kebab-case',
    'shared/geo/: 16 code files, 15 at most: split it by noun'
  ])
})

it('accepts a switched-off rule only with its name and a reason', () => {
  writeTree({
    'shared/a.ts': `${disable} */\n`,
    'shared/b.ts': `${disable} max-params */\n`,
    'shared/c.ts': `${disable.replace('/*', '//')}-next-line max-params -- Express knows an error handler by its four parameters\n`
  })
  expect(checkShape(root).problems).toEqual([
    'shared/a.ts: eslint-disable needs a rule and " -- reason"',
    'shared/b.ts: eslint-disable needs a rule and " -- reason"'
  ])
})

it('fails on a floor without code once the product exists', () => {
  writeTree({ 'server/main.ts': 'x\n' })
  expect(checkShape(root).problems).toContain('client/: no code found')
})

it('prints how long the files are', () => {
  writeTree({ 'shared/a.ts': 'x\n'.repeat(3), 'shared/b.ts': 'x\n'.repeat(10), 'shared/c.ts': 'x\n'.repeat(20) })
  expect(checkShape(root).summary).toBe('shape: 3 files, lines median 10, p90 20, longest 20')
})

it('names a file that no project of the type gates includes', () => {
  const project = (include: string[]) => JSON.stringify({ include })
  writeTree({
    'tsconfig.json': project(['server']),
    'shared/tsconfig.json': project(['*.ts']),
    'client/tsconfig.json': project(['*.vue']),
    'client/service-worker/tsconfig.json': project(['*.ts']),
    'e2e/tsconfig.json': project(['*.ts']),
    'server/main.ts': '', 'shared/ids.ts': '', 'client/PlainButton.vue': '', 'client/service-worker/precache.ts': '', 'client/lost.ts': ''
  })
  expect(checkTypeCoverage(root).problems).toEqual(['types: client/lost.ts belongs to no project'])
})
