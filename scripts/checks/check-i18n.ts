import { type CheckResult, runAsProgram } from './check-result.ts'
import { type Catalogue, doubledKeys, type MessageFile, paramsOf, readMessageFiles, textsOf, toCatalogue } from './i18n/catalogues.ts'
import { readUsage, type Usage } from './i18n/usage.ts'
import { isBuilt } from './source-files.ts'

/** Keys that no code spells and no template begins, each with the place that builds them. */
const dynamicPrefixes: Record<string, string> = {}

/** Hindi texts that are rightly without Devanagari: names, codes, formats. */
const latinInHindi: ReadonlySet<string> = new Set([])

/** Files that only the office's app loads (`client/i18n/office-messages-*.ts`). */
const officeFiles: ReadonlySet<string> = new Set(['admin.json', 'messaging.json'])

const devanagari = /\p{Script=Devanagari}/u

/** English and Hindi say the same things, every key asked for exists, and every text has a reader. */
export function checkI18n(root: string): CheckResult {
  const files = { english: readMessageFiles(root, 'en'), hindi: readMessageFiles(root, 'hi') }
  const [english, hindi] = [toCatalogue(files.english), toCatalogue(files.hindi)]
  if (english.size === 0 && !isBuilt(root)) return { problems: [], summary: 'i18n: no texts yet' }
  const usage = readUsage(root)
  const problems = [
    ...(english.size === 0 ? ['i18n: shared/i18n/en holds no text'] : []),
    ...compareFiles(files.english, files.hindi),
    ...[...doubledKeys(files.english), ...doubledKeys(files.hindi)].map((key) => `i18n: ${key} stands in two files of a language`),
    ...compareCatalogues(english, hindi),
    ...checkHindi(hindi, latinInHindi),
    ...checkUsage(english, usage, dynamicPrefixes),
    ...checkOfficeTexts(toCatalogue(files.english.filter(({ name }) => officeFiles.has(name))), usage)
  ]
  return { problems, summary: `i18n: ${english.size} texts, English and Hindi` }
}

/** Same keys, same parameters, no empty text. Plural forms may differ: each language has its own. */
export function compareCatalogues(english: Catalogue, hindi: Catalogue): string[] {
  const missing = [...english.keys()].filter((key) => !hindi.has(key)).map((key) => `i18n: ${key} has no Hindi text`)
  const extra = [...hindi.keys()].filter((key) => !english.has(key)).map((key) => `i18n: ${key} has no English text`)
  const empty = [...english, ...hindi].filter(([, message]) => textsOf(message).some((text) => String(text).trim() === ''))
  const params = [...english].flatMap(([key, message]) => {
    const [left, right] = [paramsOf(message).join(', '), paramsOf(hindi.get(key) ?? message).join(', ')]
    return left === right ? [] : [`i18n: ${key} names {${left}} in English and {${right}} in Hindi`]
  })
  return [...missing, ...extra, ...params, ...empty.map(([key]) => `i18n: ${key} is empty`)]
}

function compareFiles(english: MessageFile[], hindi: MessageFile[]): string[] {
  const only = (some: MessageFile[], others: MessageFile[]) => some.filter(({ name }) => !others.some((other) => other.name === name))
  return [...only(english, hindi), ...only(hindi, english)].map(({ name }) => `i18n: ${name} exists in one language only`)
}

/** A Hindi text without one Devanagari letter was not translated, unless nothing but parameters, digits and signs is in it. */
export function checkHindi(hindi: Catalogue, allowed: ReadonlySet<string>): string[] {
  const isEnglish = (text: string) => {
    const words = text.replace(/\{[^}]*\}/g, '')
    return !devanagari.test(words) && /\p{Letter}/u.test(words)
  }
  const untranslated = [...hindi].filter(([key, message]) => !allowed.has(key) && textsOf(message).some(isEnglish))
  return untranslated.map(([key, message]) => `i18n: ${key} is not Hindi: "${textsOf(message).join(' | ')}"`)
}

/** Keys asked for and not there; keys there that nobody asks for; prefixes that begin nothing. */
export function checkUsage(catalogue: Catalogue, usage: Usage, dynamic: Record<string, string>): string[] {
  const keys = [...catalogue.keys()]
  const begins = (prefix: string) => keys.some((key) => key.startsWith(prefix))
  const nouns = new Set(keys.map((key) => key.split('.')[0]))
  const prefixes = [...usage.prefixes.map(({ key }) => key).filter(begins), ...Object.keys(dynamic)]
  const isUsed = (key: string) => usage.mentioned.has(key) || prefixes.some((prefix) => key.startsWith(prefix))
  const missing = usage.asked.filter(({ key }) => !catalogue.has(key))
  return [
    ...new Set(missing.map(({ file, key }) => `${file}: asks for the text ${key}, which does not exist`)),
    ...usage.prefixes
      .filter(({ key }) => nouns.has(key.split('.')[0]) && !begins(key))
      .map(({ file, key }) => `${file}: builds keys from ${key}, none begins so`),
    ...Object.keys(dynamic).filter((prefix) => !begins(prefix)).map((prefix) => `i18n: no key begins with the dynamic prefix ${prefix}`),
    ...keys.filter((key) => !isUsed(key)).map((key) => `i18n: ${key} is used nowhere`)
  ]
}

/** Texts that only the office's app loads, asked for by code of the client that the field app may show. */
export function checkOfficeTexts(office: Catalogue, usage: Usage): string[] {
  const isElsewhere = (file: string) => /^client\/(?!apps\/admin\/|features\/[^/]+\/office\/)/.test(file)
  const begins = (prefix: string) => [...office.keys()].some((key) => key.startsWith(prefix))
  const uses = [...usage.asked.filter(({ key }) => office.has(key)), ...usage.prefixes.filter(({ key }) => begins(key))]
  return uses.filter(({ file }) => isElsewhere(file)).map(({ file, key }) => `${file}: the field app does not load the text ${key}`)
}

await runAsProgram(import.meta.url, checkI18n)
