import { z } from 'zod'
import { toLatinDigits } from './i18n/native-digits.ts'

/** Crockford base32: no I, L, O, U, so nothing reads like 1, 0 or a rude word. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const BODY_LENGTH = 10
const PREFIX_PATTERN = /^[A-Z]{2,4}$/
const CANONICAL_PATTERN = /^[A-Z]{2,4}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$/

/** Letters that a tenant prefix may hold and Crockford has not; the values 0-3 are free there, a prefix has no digits. */
const PREFIX_ONLY_VALUES: Record<string, number> = { O: 0, I: 1, L: 2, U: 3 }

/** `length`: letters missing or too many. `alphabet`: a character that cannot be there. `check`: something was mistyped. */
export type TrackingNumberProblem = 'length' | 'alphabet' | 'check'
export type ParsedTrackingNumber =
  | { ok: true; trackingNumber: string; prefix: string }
  | { ok: false; problem: TrackingNumberProblem }

/** A tracking number in the one form that is stored and compared: `SAM-7K2Q9-D1F4M-C`. */
export const trackingNumberSchema = z
  .string()
  .regex(CANONICAL_PATTERN, 'Must look like SAM-7K2Q9-D1F4M-C')
  .refine((text) => parseTrackingNumber(text).ok, 'The check character does not fit')

/**
 * A new number for a tenant: `prefix` of 2-4 letters A-Z, `random` of 10 bytes from a cryptographic source
 * (the low five bits of each are used: 50 bits). Throws a RangeError for anything else.
 */
export function makeTrackingNumber(prefix: string, random: Uint8Array): string {
  if (!PREFIX_PATTERN.test(prefix)) throw new RangeError('A tracking prefix is 2-4 letters A-Z')
  if (random.length !== BODY_LENGTH) throw new RangeError('A tracking number needs 10 random bytes')
  const body = Array.from(random, (byte) => ALPHABET[byte & 31]).join('')
  return written(prefix, body, checkCharacter(prefix, body))
}

/**
 * Reads a number as people type or dictate it: any case, dashes or spaces missing or elsewhere, O for 0, I or L for 1,
 * digits of other scripts. Gives the canonical form, or what is wrong with it.
 */
export function parseTrackingNumber(text: string): ParsedTrackingNumber {
  const plain = toLatinDigits(text).toUpperCase().replace(/[\s\p{Pd}\p{Cf}._/]/gu, '')
  if (!/^[0-9A-Z]*$/.test(plain)) return { ok: false, problem: 'alphabet' }
  const prefixLength = plain.length - BODY_LENGTH - 1
  if (prefixLength < 2 || prefixLength > 4) return { ok: false, problem: 'length' }
  const prefix = plain.slice(0, prefixLength)
  const rest = plain.slice(prefixLength).replace(/O/g, '0').replace(/[IL]/g, '1')
  if (!PREFIX_PATTERN.test(prefix) || rest.includes('U')) return { ok: false, problem: 'alphabet' }
  const body = rest.slice(0, BODY_LENGTH)
  if (checkCharacter(prefix, body) !== rest[BODY_LENGTH]) return { ok: false, problem: 'check' }
  return { ok: true, prefix, trackingNumber: written(prefix, body, rest[BODY_LENGTH]!) }
}

function written(prefix: string, body: string, check: string): string {
  return `${prefix}-${body.slice(0, 5)}-${body.slice(5)}-${check}`
}

/**
 * A Reed-Solomon check symbol over GF(32), so that it stays in the Crockford alphabet (ISO 7064 MOD 37,36 and Crockford's own
 * mod 37 do not). The number is a polynomial that vanishes at 2, a generator of the field: every position has a weight of its own,
 * so each single wrong character and each swap of two characters, adjacent or not, changes the sum.
 */
function checkCharacter(prefix: string, body: string): string {
  let sum = 0
  for (const letter of prefix) sum = timesTwo(sum) ^ (PREFIX_ONLY_VALUES[letter] ?? ALPHABET.indexOf(letter))
  for (const character of body) sum = timesTwo(sum) ^ ALPHABET.indexOf(character)
  return ALPHABET[timesTwo(sum)]!
}

/** Multiplication by 2 in GF(2)[x] / (x^5 + x^2 + 1). */
function timesTwo(value: number): number {
  const doubled = value << 1
  return doubled & 32 ? doubled ^ 0b100101 : doubled
}
