import { type CheckResult, runAsProgram } from './check-result.ts'
import { type Catalogue, paramsOf, readCatalogue, readNouns } from './i18n-catalogues.ts'
import { readUsage, type Usage } from './i18n-usage.ts'
import { isBuilt } from './source-files.ts'

/** Keys that no code spells and no template begins, each with the place that builds them. */
const dynamicPrefixes: Record<string, string> = {}

/** Hindi texts that are rightly without Devanagari: names, codes, formats. */
const latinInHindi: ReadonlySet<string> = new Set([])

const pluralForms = ['zero', 'one', 'two', 'few', 'many', 'other']
const devanagari = /\p{Script=Devanagari}/u

/** English and Hindi say the same things, every key asked for exists, and every text has a reader. */
export function checkI18n(root: string): CheckResult {
  const english = readCatalogue(root, 'en')
  const hindi = readCatalogue(root, 'hi')
  if (english.size === 0 && !isBuilt(root)) return { problems: [], summary: 'i18n: no texts yet' }
  const problems = [
    ...(english.size === 0 ? ['i18n: shared/i18n/en holds no text'] : []),
    ...compareNouns(readNouns(root, 'en'), readNouns(root, 'hi')),
    ...compareCatalogues(english, hindi),
    ...checkHindi(hindi, latinInHindi),
    ...checkUsage(english, readUsage(root), dynamicPrefixes)
  ]
  return { problems, summary: `i18n: ${english.size} texts, English and Hindi` }
}

/** Same keys, same parameters, no empty text. */
export function compareCatalogues(english: Catalogue, hindi: Catalogue): string[] {
  const missing = [...english.keys()].filter((key) => !hindi.has(key)).map((key) => `i18n: ${key} has no Hindi text`)
  const extra = [...hindi.keys()].filter((key) => !english.has(key)).map((key) => `i18n: ${key} has no English text`)
  const params = [...english].flatMap(([key, text]) => compareParams(key, text, hindi.get(key)))
  const empty = [...english, ...hindi].filter(([, text]) => typeof text !== 'string' || text.trim() === '')
  return [...missing, ...extra, ...params, ...empty.map(([key]) => `i18n: ${key} is empty or no text`)]
}

/** The singular may leave its number out ("one day"), so plural forms are compared only where both name something. */
function compareParams(key: string, english: unknown, hindi: unknown): string[] {
  if (typeof english !== 'string' || typeof hindi !== 'string') return []
  const [left, right] = [paramsOf(english).join(', '), paramsOf(hindi).join(', ')]
  const isSingular = /\.(one|zero)$/.test(key) && (left === '' || right === '')
  return left === right || isSingular ? [] : [`i18n: ${key} names {${left}} in English and {${right}} in Hindi`]
}

function compareNouns(english: string[], hindi: string[]): string[] {
  const only = (some: string[], others: string[]) => some.filter((name) => !others.includes(name))
  return [...only(english, hindi), ...only(hindi, english)].map((name) => `i18n: ${name} exists in one language only`)
}

/** A Hindi text without one Devanagari letter was not translated, unless nothing but parameters, digits and signs is in it. */
export function checkHindi(hindi: Catalogue, allowed: ReadonlySet<string>): string[] {
  const untranslated = [...hindi].filter(([key, text]) => {
    const words = String(text).replace(/\{[^}]*\}/g, '')
    return !allowed.has(key) && !devanagari.test(words) && /\p{Letter}/u.test(words)
  })
  return untranslated.map(([key, text]) => `i18n: ${key} is not Hindi: "${String(text)}"`)
}

/** Keys asked for and not there; keys there that nobody asks for; prefixes that begin nothing. */
export function checkUsage(catalogue: Catalogue, usage: Usage, dynamic: Record<string, string>): string[] {
  const keys = [...catalogue.keys()]
  const exists = (key: string) => catalogue.has(key) || pluralForms.some((form) => catalogue.has(`${key}.${form}`))
  const begins = (prefix: string) => keys.some((key) => key.startsWith(prefix))
  const nouns = new Set(keys.map((key) => key.split('.')[0]))
  const prefixes = [...usage.prefixes.map(({ key }) => key).filter(begins), ...Object.keys(dynamic)]
  const isUsed = (key: string) => {
    const stem = pluralForms.includes(key.split('.').at(-1) ?? '') ? key.slice(0, key.lastIndexOf('.')) : key
    return usage.mentioned.has(key) || usage.mentioned.has(stem) || prefixes.some((prefix) => key.startsWith(prefix))
  }
  return [
    ...usage.asked.filter(({ key }) => !exists(key)).map(({ file, key }) => `${file}: asks for the text ${key}, which does not exist`),
    ...usage.prefixes
      .filter(({ key }) => nouns.has(key.split('.')[0]) && !begins(key))
      .map(({ file, key }) => `${file}: builds keys from ${key}, none begins so`),
    ...Object.keys(dynamic).filter((prefix) => !begins(prefix)).map((prefix) => `i18n: no key begins with the dynamic prefix ${prefix}`),
    ...keys.filter((key) => !isUsed(key)).map((key) => `i18n: ${key} is used nowhere`)
  ]
}

await runAsProgram(import.meta.url, checkI18n)
