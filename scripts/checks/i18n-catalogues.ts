import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { listFiles } from './source-files.ts'

/** Every text of one language by its full key, `noun.path`: nested objects are joined by dots. */
export type Catalogue = ReadonlyMap<string, unknown>

const folder = 'shared/i18n'

export function readCatalogue(root: string, language: string): Catalogue {
  const texts = new Map<string, unknown>()
  for (const path of listFiles(root, `${folder}/${language}`).filter((file) => file.endsWith('.json'))) {
    const content: unknown = JSON.parse(readFileSync(join(root, path), 'utf8'))
    for (const [key, text] of flatten(content)) texts.set(fullKey(basename(path, '.json'), key), text)
  }
  return texts
}

/** The nouns of a language, as its file names say them. */
export function readNouns(root: string, language: string): string[] {
  return listFiles(root, `${folder}/${language}`).map((path) => basename(path))
}

/** Names between braces, sorted: `{count} of {total}` and `{count, plural, ...}` both name what must be given. */
export function paramsOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\s*(\w+)/g)].map((match) => match[1] ?? ''))].sort()
}

function flatten(value: unknown, prefix = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[prefix, value]]
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, prefix === '' ? key : `${prefix}.${key}`))
}

/** `sync-issues.json` holds `syncIssues.…`; a file may spell its noun in every key or leave it out. */
function fullKey(file: string, key: string): string {
  const noun = file.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return key.startsWith(`${noun}.`) ? key : `${noun}.${key}`
}
