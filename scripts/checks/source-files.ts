import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const skipped = new Set(['node_modules', 'dist', 'test-results', 'playwright-report', 'coverage'])

/** The floors that hold code; root files (configs) are added by `listSourceFiles`. */
export const floors = ['shared', 'client', 'server', 'e2e', 'scripts'] as const

/** Every file below `root/folder` as a path relative to `root` with forward slashes; dot folders and outputs are left out. */
export function listFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  const found: string[] = []
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) continue
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) found.push(...listFiles(root, path))
    else if (entry.isFile()) found.push(path)
  }
  return found.sort()
}

export function isCode(path: string): boolean {
  return /\.(ts|vue|mjs|cjs|js)$/.test(path)
}

export function isTest(path: string): boolean {
  return /\.(test|spec)\.ts$/.test(path)
}

/** All files of the five floors. */
export function listSourceFiles(root: string): string[] {
  return floors.flatMap((floor) => listFiles(root, floor))
}

/** Lines as an editor counts them: a final newline starts no further line. */
export function countLines(root: string, path: string): number {
  const text = readFileSync(join(root, path), 'utf8')
  if (text === '') return 0
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

/** True once the product itself exists: from then on a check that finds nothing to check has failed. */
export function isBuilt(root: string): boolean {
  return listFiles(root, 'client/apps').some(isCode) || existsSync(join(root, 'server/main.ts'))
}

/** Floors without one code file, once the product exists: a check that passes there has looked at nothing. */
export function emptyFloors(root: string): string[] {
  return isBuilt(root) ? floors.filter((floor) => !listFiles(root, floor).some(isCode)) : []
}
