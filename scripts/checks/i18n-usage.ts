import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isCode, isTest, listFiles } from './source-files.ts'

export type KeyUse = { file: string; key: string }
export type Usage = {
  /** Keys that the code asks for by name: they must exist. */
  asked: KeyUse[]
  /** First halves of keys built in a template, up to the `${`: at least one key must begin so. */
  prefixes: KeyUse[]
  /** Every text in the code that has the form of a key: enough to call that key used. */
  mentioned: Set<string>
}

const quoted = /(['"`])([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)+)\1/g
const call = /(?<![\w.])(?:\$?t|translate|tr|text)\(\s*(['"`])([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)+)\1/g
const fact = /(?<![\w$])(?:label|labelKey|titleKey|textKey|messageKey|hintKey|[a-z]\w*LabelKey)\s*[:=]\s*(['"])([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)+)\1/g
const built = /`([a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_]+)*\.)\$\{/g

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
  for (const match of text.matchAll(built)) usage.prefixes.push({ file, key: match[1] ?? '' })
  for (const match of text.matchAll(quoted)) usage.mentioned.add(match[2] ?? '')
}
