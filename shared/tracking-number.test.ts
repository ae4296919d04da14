import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeTrackingNumber, parseTrackingNumber, trackingNumberSchema } from './tracking-number.ts'

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const prefixes = fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 2, maxLength: 4 })
const bodies = fc.uint8Array({ minLength: 10, maxLength: 10 })
const numbers = fc.tuple(prefixes, bodies).map(([prefix, random]) => makeTrackingNumber(prefix, random))

/** The positions a person types, and the number with the character at `at` replaced. */
const typedPositions = (text: string) => [...text].flatMap((character, at) => (character === '-' ? [] : [at]))
const replaced = (text: string, at: number, character: string) => text.slice(0, at) + character + text.slice(at + 1)

describe('makeTrackingNumber', () => {
  it('makes a number of the agreed shape that reads back as itself', () => {
    fc.assert(fc.property(prefixes, bodies, (prefix, random) => {
      const made = makeTrackingNumber(prefix, random)
      expect(trackingNumberSchema.parse(made)).toBe(made)
      expect(parseTrackingNumber(made)).toEqual({ ok: true, trackingNumber: made, prefix })
    }))
  })

  it('keeps the check character of numbers already given out', () => {
    expect(makeTrackingNumber('SAM', Uint8Array.from([7, 19, 2, 23, 9, 13, 1, 15, 4, 20]))).toBe('SAM-7K2Q9-D1F4M-K')
  })

  it('refuses a wrong prefix or too little randomness', () => {
    const random = new Uint8Array(10)
    for (const prefix of ['S', 'SAMPA', 'sam', 'S4M', '']) expect(() => makeTrackingNumber(prefix, random)).toThrow(RangeError)
    expect(() => makeTrackingNumber('SAM', new Uint8Array(9))).toThrow(RangeError)
  })
})

describe('parseTrackingNumber finds', () => {
  it('every single wrong character', () => {
    fc.assert(fc.property(numbers, (number) => {
      const prefixLength = number.indexOf('-')
      for (const at of typedPositions(number)) {
        for (const other of at < prefixLength ? LETTERS : CROCKFORD) {
          if (other !== number[at]) expect(parseTrackingNumber(replaced(number, at, other))).toEqual({ ok: false, problem: 'check' })
        }
      }
    }), { numRuns: 40 })
  })

  it('every swap of two different neighbours, also across a dash', () => {
    fc.assert(fc.property(numbers, (number) => {
      const positions = typedPositions(number)
      positions.slice(1).forEach((at, index) => {
        const before = positions[index]!
        const [first, second] = [number[before]!, number[at]!]
        if (first === second) return
        expect(parseTrackingNumber(replaced(replaced(number, before, second), at, first)).ok).toBe(false)
      })
    }), { numRuns: 1000 })
  })

  it('a swap of the last prefix letter with the first letter of the number, whatever they are', () => {
    for (const last of LETTERS) {
      CROCKFORD.split('').forEach((first, value) => {
        if (last === first) return
        const number = makeTrackingNumber(`S${last}`, Uint8Array.from([value, 9, 8, 7, 6, 5, 4, 3, 2, 1]))
        expect(parseTrackingNumber(`S${first}-${last}${number.slice(4)}`).ok, number).toBe(false)
      })
    }
  })

  it('missing and superfluous characters, and those that cannot be there', () => {
    expect(parseTrackingNumber('')).toEqual({ ok: false, problem: 'length' })
    expect(parseTrackingNumber('SAM-7K2Q9')).toEqual({ ok: false, problem: 'length' })
    expect(parseTrackingNumber('SAM-7K2Q9-D1F4M-CCCC')).toEqual({ ok: false, problem: 'length' })
    expect(parseTrackingNumber('SAM-7K2Q9-D1F4U-C')).toEqual({ ok: false, problem: 'alphabet' })
    expect(parseTrackingNumber('S4M-7K2Q9-D1F4M-C')).toEqual({ ok: false, problem: 'alphabet' })
    expect(parseTrackingNumber("SAM-7K2Q9-D1F4M'")).toEqual({ ok: false, problem: 'alphabet' })
  })
})

describe('parseTrackingNumber forgives', () => {
  const number = makeTrackingNumber('LOI', Uint8Array.from([0, 1, 0, 1, 10, 2, 3, 4, 5, 6]))
  const native = (text: string) => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0x966 + Number(digit)))

  it.each([
    ['lower case', number.toLowerCase()],
    ['no dashes', number.replaceAll('-', '')],
    ['spaces and long dashes', ` ${number.replaceAll('-', ' – ')} `],
    ['dashes elsewhere', number.replaceAll('-', '').replace(/(..)/g, '$1-')],
    ['O for 0', number.replaceAll('0', 'O')],
    ['I for 1', number.replaceAll('1', 'i')],
    ['L for 1', number.replaceAll('1', 'L')],
    ['Devanagari digits', native(number)],
  ])('%s', (_what, typed) => {
    expect(parseTrackingNumber(typed)).toEqual({ ok: true, trackingNumber: number, prefix: 'LOI' })
  })
})

describe('trackingNumberSchema', () => {
  it('takes the canonical form only', () => {
    const number = makeTrackingNumber('SAM', new Uint8Array(10).fill(9))
    expect(trackingNumberSchema.safeParse(number).success).toBe(true)
    expect(trackingNumberSchema.safeParse(number.toLowerCase()).success).toBe(false)
    expect(trackingNumberSchema.safeParse(number.replaceAll('-', '')).success).toBe(false)
    expect(trackingNumberSchema.safeParse(replaced(number, 5, number[5] === 'A' ? 'B' : 'A')).success).toBe(false)
  })
})
