import { join } from 'node:path'
import { ESLint } from 'eslint'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkFileName } from './check-shape.ts'

const project = join(import.meta.dirname, '../..')
const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n')
const constants = (count: number) => `${lines(count, (index) => `export const a${index} = ${index}`)}\n`
const component = (script: string, template = '<p></p>') => `<script setup lang="ts">\n${script}\n</script>\n<template>\n${template}\n</template>\n`

/** Files that exist only here; the type-aware rules need them named. */
const unreal = ['server/http/x.ts', 'server/features/people/x.ts', 'e2e/x.spec.ts', 'e2e/x.ts', 'client/sync/x.ts']

let eslint: ESLint
beforeAll(() => {
  const parserOptions = { projectService: { allowDefaultProject: unreal }, tsconfigRootDir: project }
  eslint = new ESLint({
    cwd: project,
    overrideConfig: [{ files: ['server/**/*.ts', 'e2e/**/*.ts', 'client/sync/**/*.ts'], languageOptions: { parserOptions } }]
  })
})

async function rulesBroken(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(project, filePath) })
  return [...new Set((result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message))]
}

const broken: [rule: string, what: string, file: string, text: string][] = [
  ['max-lines', 'a file of 301 lines', 'client/ui/x.ts', constants(301)],
  ['max-lines', 'a component of 201 lines', 'client/ui/XyCard.vue', component(lines(196, (index) => `void ${index}`))],
  ['max-lines', 'a test of 401 lines', 'shared/x.test.ts', constants(401)],
  ['max-lines-per-function', 'a function of 51 lines', 'client/ui/x.ts', `export function f() {\n${lines(50, (index) => `void ${index}`)}\n}\n`],
  ['max-depth', 'four nested blocks', 'client/ui/x.ts', 'export function f(a: number) { if (a) { if (a > 1) { if (a > 2) { if (a > 3) { void a } } } } }'],
  ['max-params', 'a fourth parameter', 'client/ui/x.ts', 'export const f = (a: 1, b: 2, c: 3, d: 4) => [a, b, c, d]'],
  ['no-console', 'console in a room', 'server/http/x.ts', 'console.log(1)'],
  ['no-warning-comments', 'a postponed task', 'client/ui/x.ts', `// ${'TO'}${'DO'} later\nexport const a = 1`],
  ['@typescript-eslint/no-explicit-any', 'any', 'client/ui/x.ts', 'export const a = (b: any) => b'],
  ['no-restricted-syntax', 'a default export', 'client/ui/x.ts', 'export default 1'],
  ['no-restricted-syntax', 'a barrel', 'client/ui/x.ts', "export * from './y.ts'"],
  ['no-restricted-syntax', 'a named re-export', 'client/ui/x.ts', "export { y } from './y.ts'"],
  ['no-restricted-syntax', 'innerHTML', 'client/ui/x.ts', "export const f = (a: Element) => { a.innerHTML = '' }"],
  ['no-restricted-syntax', 'a forgotten .only', 'shared/x.test.ts', "it.only('a', () => {})"],
  ['no-restricted-syntax', 'a forgotten describe.only in a journey', 'e2e/x.spec.ts', "test.describe.only('a', () => {})"],
  ['no-restricted-syntax', 'process.env in a room', 'server/http/x.ts', 'export const a = process.env.HOME'],
  ['no-restricted-syntax', 'env taken out of process', 'server/http/x.ts', 'export const { env } = process'],
  ['no-restricted-syntax', 'env imported', 'server/http/x.ts', "import { env } from 'node:process'\nexport const a = env"],
  ['no-restricted-syntax', 'the clock in shared', 'shared/x.ts', 'export const a = Date.now()'],
  ['no-restricted-syntax', 'the clock as a default', 'shared/x.ts', 'export const f = (now = Date.now) => now()'],
  ['no-restricted-syntax', 'new Date() in a server feature', 'server/features/people/x.ts', 'export const a = new Date()'],
  ['no-restricted-syntax', 'Math.random in a client feature', 'client/features/people/x.ts', 'export const a = Math.random()'],
  ['no-restricted-syntax', 'randomUUID in a component', 'client/features/people/XyCard.vue', component('const a = crypto.randomUUID()\nvoid a')],
  ['no-restricted-syntax', 'random bytes in shared', 'shared/x.ts', 'export const a = crypto.getRandomValues(new Uint8Array(1))'],
  ['vue/no-v-html', 'v-html', 'client/ui/XyCard.vue', component("const a = ''", '<p v-html="a" />')],
  ['vue/no-static-inline-styles', 'a style attribute', 'client/ui/XyCard.vue', component('', '<p style="color: red" />')],
  ['vue/multi-word-component-names', 'a component of one word', 'client/ui/Card.vue', component('')],
  ['@typescript-eslint/no-floating-promises', 'a forgotten promise on the server', 'server/http/x.ts', 'export const f = async () => 1\nf()'],
  ['@typescript-eslint/no-floating-promises', 'a forgotten promise in sync', 'client/sync/x.ts', 'export const f = async () => 1\nf()'],
  ['@typescript-eslint/no-floating-promises', 'a forgotten promise in a journey', 'e2e/x.ts', 'export const f = async () => 1\nf()']
]

const kept: [what: string, file: string, text: string][] = [
  ['a file of 300 lines', 'client/ui/x.ts', constants(300)],
  ['a long test', 'shared/x.test.ts', `export const f = () => {\n${lines(200, (index) => `void ${index}`)}\n}\n`],
  ['a date made from an argument', 'shared/x.ts', 'export const f = (at: number) => new Date(at)'],
  ['the environment in server/config.ts', 'server/config.ts', 'export const a = process.env.HOME'],
  ['the environment in a journey', 'e2e/x.spec.ts', 'export const a = process.env.HOME'],
  ['console in a script', 'scripts/x.ts', 'console.log(process.env.HOME)'],
  ['a default export of a config', 'vite.config.ts', 'export default { a: process.env.HOME }'],
  ['a component', 'client/features/people/XyCard.vue', component("const a = ''", '<p :style="{ width: a }">{{ a }}</p>')],
  ['an awaited promise', 'server/http/x.ts', 'export const f = async () => 1\nawait f()']
]

describe('shape rules', () => {
  it.each(broken)('%s stops %s', async (rule, _, file, text) => {
    expect(await rulesBroken(file, text)).toContain(rule)
  }, 30_000)

  it.each(kept)('lets %s pass', async (_, file, text) => {
    expect(await rulesBroken(file, text)).toEqual([])
  }, 30_000)
})

describe('file names', () => {
  it.each(['client/ui/Card.vue', 'client/ui/plain-button.vue', 'shared/searchKey.ts', 'shared/people/index.ts', 'server/http/define_route.ts'])(
    'refuses %s',
    (path) => expect(checkFileName(path)).toHaveLength(1)
  )
  it.each(['client/ui/PlainButton.vue', 'client/ui/PlainButton.test.ts', 'client/session/useSession.ts', 'shared/search-key/search-key.ts', 'server/sync/pull.pg.test.ts', 'e2e/README.md'])(
    'accepts %s',
    (path) => expect(checkFileName(path)).toEqual([])
  )
})
