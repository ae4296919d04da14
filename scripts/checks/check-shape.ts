import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type CheckResult, runAsProgram } from './check-result.ts'
import { countLines, emptyFloors, isCode, isTest, listSourceFiles } from './source-files.ts'

const folderLimit = 15
const dumpingGrounds = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc'])
const kebabFolder = /^[a-z0-9]+(-[a-z0-9]+)*$/
const kebabFile = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.(ts|mjs|cjs|js|css|html|json)$/
const component = /^([A-Z][a-z0-9]+){2,}\.(vue|test\.ts)$/
const composable = /^use[A-Z][A-Za-z0-9]*(\.test)?\.ts$/
const disabled = /eslint-disable(?:-next-line|-line)?(?=[\s*])/
const described = /eslint-disable(?:-next-line|-line)?\s+[\w@/-][\w@/, -]*\s--\s\S.{9,}/

/** Names, folder sizes and switched-off rules of all floors; prints how long the files are. Line limits stand in eslint.config.js. */
export function checkShape(root: string): CheckResult {
  const files = listSourceFiles(root)
  const code = files.filter(isCode)
  if (code.length === 0) return { problems: [], summary: 'shape: no code yet' }
  const problems = [
    ...emptyFloors(root).map((floor) => `${floor}/: no code found`),
    ...files.flatMap((path) => checkFileName(path)),
    ...checkFolderNames(files),
    ...checkFolderSizes(code),
    ...code.filter((path) => hasSilentDisable(root, path)).map((path) => `${path}: eslint-disable needs a rule and " -- reason"`)
  ]
  return { problems, summary: `shape: ${describeSizes(root, code.filter((path) => !isTest(path)))}` }
}

/** Kebab-case led by the noun; components are PascalCase of two words, composables useX.ts; index is the name of a barrel. */
export function checkFileName(path: string): string[] {
  const name = basename(path)
  if (/^index\.(ts|js|mjs|vue)$/.test(name)) return [`${path}: name the file after what it holds, index is a barrel's name`]
  const isNamed = name.endsWith('.vue')
    ? component.test(name)
    : kebabFile.test(name) || composable.test(name) || (isTest(name) && component.test(name)) || !isCode(name)
  return isNamed ? [] : [`${path}: file names are kebab-case (.vue: PascalCase of two words, composables: useX.ts)`]
}

function checkFolderNames(files: string[]): string[] {
  const folders = new Set(files.flatMap((path) => ancestors(dirname(path))))
  return [...folders].flatMap((folder) => {
    const name = basename(folder)
    if (dumpingGrounds.has(name)) return [`${folder}/: a folder called ${name} says nothing about what belongs in it`]
    return kebabFolder.test(name) ? [] : [`${folder}/: folder names are kebab-case`]
  })
}

function ancestors(folder: string): string[] {
  const parts = folder.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function checkFolderSizes(code: string[]): string[] {
  const counts = new Map<string, number>()
  for (const path of code.filter((file) => !isTest(file))) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > folderLimit)
    .map(([folder, count]) => `${folder}/: ${count} code files, ${folderLimit} at most: split it by noun`)
}

function hasSilentDisable(root: string, path: string): boolean {
  const text = readFileSync(join(root, path), 'utf8')
  return text.split('\n').some((line) => /(\/\/|\/\*|<!--)/.test(line) && disabled.test(line) && !described.test(line))
}

function describeSizes(root: string, code: string[]): string {
  const lines = code.map((path) => countLines(root, path)).sort((a, b) => a - b)
  const at = (part: number) => lines[Math.min(lines.length - 1, Math.floor(lines.length * part))]
  return `${code.length} files, lines median ${at(0.5)}, p90 ${at(0.9)}, longest ${lines.at(-1)}`
}

await runAsProgram(import.meta.url, checkShape)
