import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCode, isTest, listFiles } from '../source-files.ts'

export type KeyUse = { file: string; key: string }
export type Usage = {
  /** Keys that the code asks for by name: they must exist. */
  asked: KeyUse[]
  /** Front halves of keys that the code completes: at least one key must begin so. */
  prefixes: KeyUse[]
  /** Every text in the code that has the form of a key: enough to call that key used. */
  mentioned: Set<string>
}

const name = '[a-z][A-Za-z0-9]*(?:\\.[A-Za-z0-9_-]+)+'
const quoted = new RegExp(`(['"\`])(${name})\\1`, 'g')
/** `t('people.title')`, also through an object: `i18n.t(...)`. */
const call = new RegExp(`(?<!\\w)(?:t|translate)\\(\\s*(['"\`])(${name})\\1`, 'g')
/** `label: 'people.name'`, the fact of a schema's field; properties that end in Key, and attributes that end in -key. */
const fact = new RegExp(`(?:(?<![\\w$])(?:label|[a-z]\\w*Key)\\s*:|(?<=\\s)[a-z-]+-key=)\\s*(['"])(${name})\\1`, 'g')
/** The front half of a key, whole parts only: `` `people.state.${…}` `` or `'people.state.' + …`. */
const built = /(?<=`)([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_-]+)*\.)(?=\$\{)|(?<=['"])([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_-]+)*\.)(?=['"]\s*\+)/g

/** Reads how the code of shared, client and server asks for texts; tests do not count as users of a key. */
export function readUsage(root: string): Usage {
  const usage: Usage = { asked: [], prefixes: [], mentioned: new Set() }
  const files = ['shared', 'client', 'server'].flatMap((floor) => listFiles(root, floor))
  for (const file of files.filter((path) => isCode(path) && !isTest(path))) {
    addUsage(usage, file, readFileSync(join(root, file), 'utf8'))
  }
  return usage
}

/** Adds what one file asks for. */
export function addUsage(usage: Usage, file: string, text: string): void {
  for (const pattern of [call, fact]) {
    for (const match of text.matchAll(pattern)) usage.asked.push({ file, key: match[2] ?? '' })
  }
  for (const match of text.matchAll(built)) usage.prefixes.push({ file, key: match[0] })
  for (const match of text.matchAll(quoted)) usage.mentioned.add(match[2] ?? '')
}
