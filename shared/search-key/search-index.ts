import type { KnownWords } from './search-key.ts'
import { coarseKey, isTamil, nameKeys, searchText } from './search-key.ts'

/** What is searched: a name with whatever else people know it by, and codes (phone, ids) that are found by their digits. */
export type SearchRecord = { readonly id: string; readonly name: string; readonly codes?: readonly string[] }

/** A record folded for the scan. Keys begin and end with a space, so that a word is found by its start or as a whole. */
export type SearchEntry = {
  readonly id: string
  readonly raw: string
  readonly vowelled: string
  readonly skeleton: string
  readonly codes: string
  /** Only of a name written in Tamil. */
  readonly coarse: string | null
}
export type SearchIndex = { readonly entries: readonly SearchEntry[] }
export type SearchHit = { readonly id: string; readonly rank: number }

/** From sure to vague; a hit keeps the best that fits. */
export const searchRanks = {
  codeExact: 100, codeStart: 90, codeEnd: 80,
  nameExact: 70, nameStart: 60, wordStarts: 50,
  soundWords: 45, soundStarts: 40,
  skeletonWords: 30, skeletonStarts: 20, skeletonJoined: 15, coarseStarts: 10,
} as const

const SHORTEST_CODE = 3
const SHORTEST_JOINED = 3
const PHONE_DIGITS = 10
const SORTED_AT_ONCE = 1000

/** Folds one record, to be done once when it is written or loaded (some hundredths of a millisecond). */
export function searchEntry(record: SearchRecord, known?: KnownWords): SearchEntry {
  const keys = nameKeys(record.name, known)
  return {
    id: record.id,
    raw: ` ${keys.raw} `,
    vowelled: ` ${keys.vowelled} `,
    skeleton: ` ${keys.skeleton} `,
    codes: ` ${(record.codes ?? []).map(plainCode).join(' ')} `,
    coarse: isTamil(record.name) ? coarse(keys.skeleton) : null,
  }
}

/** Folds all records. The index holds no more than their keys: some 200 bytes a record. */
export function buildSearchIndex(records: Iterable<SearchRecord>): SearchIndex {
  const known: KnownWords = new Map()
  return { entries: Array.from(records, (record) => searchEntry(record, known)) }
}

/** The best `limit` records for what was typed so far. */
export function querySearchIndex(index: SearchIndex, query: string, limit = 50): SearchHit[] {
  return rankMatches(query, index.entries, limit)
}

/**
 * Records that fit what was typed, best first, at most `limit`: digits of an id or phone, then the name as written, then its sound with vowels,
 * then its skeleton in any script. All words typed must fit, each from the start of some word, in any order.
 * Equal ranks: the shorter name, then the lower id. Nothing typed finds nothing.
 */
export function rankMatches(query: string, candidates: Iterable<SearchEntry>, limit = 50): SearchHit[] {
  const wanted = readQuery(query)
  if (!wanted) return []
  let hits: RankedEntry[] = []
  for (const entry of candidates) {
    const rank = Math.max(codeRank(entry, wanted), nameRank(entry, wanted))
    if (rank > 0) hits.push({ entry, rank })
    if (hits.length >= limit + SORTED_AT_ONCE) hits = best(hits, limit)
  }
  return best(hits, limit).map(({ entry, rank }) => ({ id: entry.id, rank }))
}

type RankedEntry = { readonly entry: SearchEntry; readonly rank: number }

function best(hits: RankedEntry[], limit: number): RankedEntry[] {
  const order = (a: RankedEntry, b: RankedEntry) =>
    b.rank - a.rank || a.entry.raw.length - b.entry.raw.length || (a.entry.id < b.entry.id ? -1 : 1)
  return hits.sort(order).slice(0, limit)
}

type Query = {
  readonly raw: string
  readonly rawWords: readonly string[]
  readonly vowelledWords: readonly string[]
  readonly skeletonWords: readonly string[]
  readonly coarseWords: readonly string[]
  readonly joined: string
  readonly code: string | null
  /** What a Tamil word may be in a skeleton of another script; null when nothing Tamil was typed. */
  readonly tamilWords: readonly RegExp[] | null
}

function readQuery(query: string): Query | null {
  const keys = nameKeys(query)
  if (keys.raw === '') return null
  const starts = (key: string) => (key === '' ? [] : key.split(' ').map((word) => ` ${word}`))
  return {
    raw: ` ${keys.raw}`,
    rawWords: starts(keys.raw),
    vowelledWords: starts(keys.vowelled),
    skeletonWords: starts(keys.skeleton),
    coarseWords: starts(coarse(keys.skeleton).trim()),
    joined: joinedKey(keys.skeleton),
    code: queryCode(query),
    tamilWords: isTamil(query) ? coarseKey(keys.skeleton).split(' ').map(tamilPattern) : null,
  }
}

function codeRank({ codes }: SearchEntry, { code }: Query): number {
  if (code === null) return 0
  if (codes.includes(` ${code} `)) return searchRanks.codeExact
  if (codes.includes(` ${code}`)) return searchRanks.codeStart
  return codes.includes(`${code} `) ? searchRanks.codeEnd : 0
}

function nameRank(entry: SearchEntry, wanted: Query): number {
  if (holdsAll(entry.raw, wanted.rawWords)) {
    if (entry.raw === `${wanted.raw} `) return searchRanks.nameExact
    return entry.raw.startsWith(wanted.raw) ? searchRanks.nameStart : searchRanks.wordStarts
  }
  if (holdsAll(entry.skeleton, wanted.skeletonWords)) {
    if (holdsAll(entry.vowelled, wanted.vowelledWords)) {
      return holdsWhole(entry.vowelled, wanted.vowelledWords) ? searchRanks.soundWords : searchRanks.soundStarts
    }
    return holdsWhole(entry.skeleton, wanted.skeletonWords) ? searchRanks.skeletonWords : searchRanks.skeletonStarts
  }
  if (startsJoined(entry, wanted)) return searchRanks.skeletonJoined
  const fitsCoarsely = entry.coarse === null
    ? wanted.tamilWords?.every((word) => word.test(entry.skeleton))
    : holdsAll(entry.coarse, wanted.coarseWords)
  return fitsCoarsely ? searchRanks.coarseStarts : 0
}

/** "Ramchandra" finds "Ram Chandra": compares letter by letter, without the gaps and the vowel marks after them. */
function startsJoined({ skeleton }: SearchEntry, { joined }: Query): boolean {
  if (joined.length < SHORTEST_JOINED) return false
  let matched = 0
  for (let at = 1; at < skeleton.length && matched < joined.length; at += 1) {
    const letter = skeleton[at]
    if (letter === ' ' || (letter === 'a' && at > 1)) continue
    if (letter !== joined[matched]) return false
    matched += 1
  }
  return matched === joined.length
}

function joinedKey(skeleton: string): string {
  return skeleton.replace(/ a?/g, '')
}

function holdsAll(key: string, words: readonly string[]): boolean {
  return words.length > 0 && words.every((word) => key.includes(word))
}

function holdsWhole(key: string, words: readonly string[]): boolean {
  return words.every((word) => key.includes(`${word} `))
}

/** A coarse key as a pattern on a skeleton, the merges of `coarseKey` undone. */
function tamilPattern(word: string): RegExp {
  const merged: Readonly<Record<string, string>> = { k: '[kg]+', t: '[td]+', p: '[pbf]+', s: '[scj]+' }
  return new RegExp(` ${Array.from(word, (letter) => merged[letter] ?? letter).join('')}`)
}

function coarse(skeleton: string): string {
  return ` ${coarseKey(skeleton)} `
}

function plainCode(code: string): string {
  return searchText(code).replace(/ /g, '')
}

/** What was typed as a code: at least three characters with a digit; of a long phone number, its last ten digits. */
function queryCode(query: string): string | null {
  const code = plainCode(query)
  if (code.length < SHORTEST_CODE || !/[0-9]/.test(code)) return null
  return /^[0-9]{11,13}$/.test(code) ? code.slice(-PHONE_DIGITS) : code
}
