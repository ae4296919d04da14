import { toLatinDigits } from '../i18n/native-digits.ts'
import { indicToLatin } from './indic-to-latin.ts'

const WORDS = /[a-z0-9\p{L}\p{M}]+/gu

/**
 * Spellings of one sound, applied in this order to a word in Latin letters. A c stands for ch in the end: elsewhere c is
 * said s (Francis) or k (Victor).
 */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/[dgj]ny/g, 'gy'],
  [/(^|ya|pra)[gj]n/g, '$1gy'],
  [/imh/g, 'inh'],
  [/x/g, 'ks'],
  [/q|ck/g, 'k'],
  [/t?chh?/g, 'C'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/C/g, 'c'],
  [/sh/g, 's'],
  [/ph/g, 'f'],
  [/w/g, 'v'],
  [/zh/g, 'l'],
  [/z/g, 'j'],
  [/ngh/g, 'n'],
  [/ng$/g, 'n'],
  [/([aeo])o$/g, '$1v'],
]

/**
 * The normal form for comparing what is written: lower case, one space between words, NFC, digits of every script as 0-9,
 * Latin letters without accents.
 */
export function searchText(text: string): string {
  const plain = toLatinDigits(text).replace(/['’`]/g, '').toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').normalize('NFC')
  return (plain.match(WORDS) ?? []).join(' ')
}

/** A name in the three forms it is compared in; words stay apart. */
export type NameKeys = { readonly raw: string; readonly vowelled: string; readonly skeleton: string }

/** Keys of words met before: names repeat, so folding a whole list with one of these costs a fraction. */
export type KnownWords = Map<string, { readonly vowelled: string; readonly skeleton: string }>

/** All keys of a name at once. */
export function nameKeys(text: string, known: KnownWords = new Map()): NameKeys {
  const raw = searchText(text)
  const keys = raw.split(' ').map((word) => {
    let found = known.get(word)
    if (!found) {
      const sound = soundOf(word)
      known.set(word, (found = { vowelled: vowelledWord(sound), skeleton: skeletonWord(sound) }))
    }
    return found
  })
  return { raw, vowelled: joined(keys.map((key) => key.vowelled)), skeleton: joined(keys.map((key) => key.skeleton)) }
}

/**
 * The sound of a name with its vowels i, e, o, u and without any a (Indic scripts do not write it, and nobody agrees where it is silent):
 * "Sunita" and "सुनीता" are both `sunit`.
 */
export function vowelledKey(text: string): string {
  return nameKeys(text).vowelled
}

/**
 * The skeleton of a name across scripts and spellings: its consonants, aspirates and sibilants united, vowels, h and y dropped,
 * doubles collapsed. A word that begins with a vowel, h or y begins with `a`, so "Uma" is not "Mai".
 * "Chaudhary", "Choudhari" and "चौधरी" are all `cdr`.
 */
export function searchKey(text: string): string {
  return nameKeys(text).skeleton
}

/**
 * A coarser skeleton from a skeleton, for names written in Tamil, whose script has one letter for k and g, t and d, p and b, ch, s and j:
 * compare it when `isTamil` is true of either side.
 */
export function coarseKey(skeleton: string): string {
  return skeleton.replace(/g/g, 'k').replace(/d/g, 't').replace(/[bf]/g, 'p').replace(/[cj]/g, 's').replace(/([^0-9])\1+/g, '$1')
}

/** Whether any letter is Tamil. */
export function isTamil(text: string): boolean {
  return /[\u0b80-\u0bff]/.test(text)
}

function vowelledWord(sound: string): string {
  return sound
    .replace(/(?<![aeiou])y$/, 'i').replace(/ee+|ii+|ie/g, 'i').replace(/oo+|uu+/g, 'u').replace(/a[iy]|ei/g, 'e').replace(/[ao]u/g, 'o')
    .replace(/[ahy]/g, '').replace(/([^0-9])\1+/g, '$1').replace(/n(?=[pbfm])/g, 'm')
}

function skeletonWord(sound: string): string {
  const marked = sound.replace(/^[aeiouhy]+/, 'A').replace(/[hy]/g, '').replace(/([^aeiou0-9])\1+/g, '$1')
  return marked.replace(/[aeiou]/g, '').replace(/n(?=[pbfm])/g, 'm').replace('A', 'a')
}

/** A word by its sound in Latin letters; ksha is written with another letter in Tamil. */
function soundOf(word: string): string {
  const latin = indicToLatin(word.replace(/ज्ञ|জ্ঞ|જ્ઞ|ଜ୍ଞ|జ్ఞ|ಜ್ಞ/g, indicGya).replace(/ட்ச/g, 'க்ஷ'))
  return SOUNDS.reduce((sound, [spelling, one]) => sound.replace(spelling, one), latin)
}

function joined(keys: readonly string[]): string {
  return keys.filter((key) => key !== '').join(' ')
}

/** The conjunct of ja and nya is said gya, dnya, gna or jna; its first letter with the virama and ya stands for all of them. */
function indicGya(letter: string): string {
  const block = letter.codePointAt(0)! & ~0x7f
  return String.fromCodePoint(block + 0x17, block + 0x4d, block + 0x2f)
}
