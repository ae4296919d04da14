import { describe, expect, it } from 'vitest'
import { heldOutFamilyNames, heldOutFirstNames } from './held-out-names.ts'
import { buildSearchIndex, querySearchIndex } from './search-index.ts'

interface Name {
  native: string
  latin: string[]
}

const namesOf = (list: string): Name[] =>
  list.trim().split(/[|\n]/).map((line) => {
    const [native = '', ...latin] = line.split(' ')
    return { native, latin }
  })
const first = namesOf(heldOutFirstNames)
const family = namesOf(heldOutFamilyNames)

/** Each first name with 20 family names: thousands of people among whom the right one must be found. */
const people = first.flatMap((one, n) => Array.from({ length: 20 }, (_unused, k) => ({ id: `${n}-${k}`, one, other: family[(n * 7 + k * 3) % family.length]! })))
const wanted = people.filter(({ id }) => id.endsWith('-0') || id.endsWith('-11'))

function recallAt10(stored: (name: Name) => string, typed: (name: Name) => string[]): { recall: number; missed: string[] } {
  const index = buildSearchIndex(people.map(({ id, one, other }) => ({ id, name: `${stored(one)} ${stored(other)}` })))
  const asked = wanted.flatMap((person) => typed(person.one).flatMap((a) => typed(person.other).map((b) => ({ id: person.id, query: `${a} ${b}` }))))
  const missed = asked.filter(({ id, query }) => !querySearchIndex(index, query, 10).some((hit) => hit.id === id))
  return { recall: 1 - missed.length / asked.length, missed: missed.map(({ query }) => query) }
}

describe('recall on names the folding was not tuned on', () => {
  it('is measured on at least 300 names', () => {
    expect(new Set([...first, ...family].map(({ native }) => native)).size).toBeGreaterThanOrEqual(300)
  })

  it.each([
    ['stored in Latin, typed in Devanagari', (name: Name) => name.latin[0]!, (name: Name) => [name.native]],
    ['stored in Devanagari, typed in any Latin spelling', (name: Name) => name.native, (name: Name) => name.latin],
    ['stored in one Latin spelling, typed in another', (name: Name) => name.latin[0]!, (name: Name) => name.latin]
  ])('%s', (what, stored, typed) => {
    const { recall, missed } = recallAt10(stored, typed)
    const measured = `recall@10, ${what}: ${recall.toFixed(3)}, missed e.g. ${missed.slice(0, 12).join(', ')}`
    process.stdout.write(`${measured}\n`)
    expect(recall, measured).toBeGreaterThanOrEqual(0.97)
  })
})
