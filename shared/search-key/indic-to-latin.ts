/**
 * The nine Indic blocks from Devanagari (U+0900) to Malayalam (U+0D7F) follow the ISCII layout: the same place in a block
 * of 128 is the same sound. So one table reads them all.
 */
const FIRST = 0x0900
const LAST = 0x0d7f
const VIRAMA = 0x4d
const NUKTA = 0x3c

const BENGALI = 0x0980
const ORIYA = 0x0b00
const TAMIL = 0x0b80
const MALAYALAM = 0x0d00

/** Consonants by place; each carries an `a` unless a vowel sign or the virama follows. */
const CONSONANTS: Readonly<Record<number, string>> = {
  0x15: 'k', 0x16: 'kh', 0x17: 'g', 0x18: 'gh', 0x19: 'n', 0x1a: 'ch', 0x1b: 'chh', 0x1c: 'j', 0x1d: 'jh', 0x1e: 'ny',
  0x1f: 't', 0x20: 'th', 0x21: 'd', 0x22: 'dh', 0x23: 'n', 0x24: 't', 0x25: 'th', 0x26: 'd', 0x27: 'dh', 0x28: 'n', 0x29: 'n',
  0x2a: 'p', 0x2b: 'ph', 0x2c: 'b', 0x2d: 'bh', 0x2e: 'm', 0x2f: 'y', 0x30: 'r', 0x31: 'r', 0x32: 'l', 0x33: 'l', 0x34: 'l',
  0x35: 'v', 0x36: 'sh', 0x37: 'sh', 0x38: 's', 0x39: 'h',
  0x58: 'k', 0x59: 'kh', 0x5a: 'g', 0x5b: 'z', 0x5c: 'r', 0x5d: 'rh', 0x5e: 'f', 0x5f: 'y',
}

const VOWELS: Readonly<Record<number, string>> = {
  0x05: 'a', 0x06: 'aa', 0x07: 'i', 0x08: 'ii', 0x09: 'u', 0x0a: 'uu', 0x0b: 'ri', 0x0c: 'li', 0x0d: 'e', 0x0e: 'e', 0x0f: 'e',
  0x10: 'ai', 0x11: 'o', 0x12: 'o', 0x13: 'o', 0x14: 'au', 0x60: 'ri',
}
const VOWEL_SIGNS: Readonly<Record<number, string>> = {
  0x3e: 'aa', 0x3f: 'i', 0x40: 'ii', 0x41: 'u', 0x42: 'uu', 0x43: 'ri', 0x44: 'ri', 0x45: 'e', 0x46: 'e', 0x47: 'e', 0x48: 'ai',
  0x49: 'o', 0x4a: 'o', 0x4b: 'o', 0x4c: 'au', 0x57: 'au',
}

/** Consonants written with a dot below (NFC keeps the dot apart) that are another sound; the others sound alike once folded. */
const DOTTED: Readonly<Record<string, string>> = { d: 'r', dh: 'rh', j: 'z', ph: 'f' }

/** Letters outside the common layout: Bengali khanda ta, Assamese ra and va, Gurmukhi tippi, Odia va, Malayalam chillus. */
const OWN_LETTERS: Readonly<Record<string, string>> = {
  'ৎ': 't', 'ੰ': 'n', 'ൺ': 'n', 'ൻ': 'n', 'ർ': 'r', 'ൽ': 'l', 'ൾ': 'l', 'ൿ': 'k',
}
const OWN_CONSONANTS: Readonly<Record<string, string>> = { 'ৰ': 'r', 'ৱ': 'v', 'ୱ': 'v' }

/**
 * Writes Indic text in Latin letters by sound, as a base for folding: not a transliteration to be shown. Expects NFC.
 * Other characters stay as they are.
 */
export function indicToLatin(text: string): string {
  const characters = [...text]
  let latin = ''
  for (let at = 0; at < characters.length; at += 1) {
    const consonant = consonantAt(characters, at)
    if (consonant === undefined) {
      latin += otherSound(characters, at)
      continue
    }
    if (placeOf(characters[at + 1]) === NUKTA) at += 1
    const next = placeOf(characters[at + 1])
    latin += next === VIRAMA || (next !== undefined && next in VOWEL_SIGNS) ? consonant : `${consonant}a`
  }
  return latin
}

/** The place of an Indic character in its block of 128, undefined for any other character. */
function placeOf(character: string | undefined): number | undefined {
  const code = character?.codePointAt(0) ?? 0
  return code >= FIRST && code <= LAST ? code & 0x7f : undefined
}

function blockOf(character: string): number {
  return character.codePointAt(0)! & ~0x7f
}

function consonantAt(characters: readonly string[], at: number): string | undefined {
  const character = characters[at]!
  const own = OWN_CONSONANTS[character]
  if (own) return own
  const place = placeOf(character)
  const sound = place === undefined ? undefined : CONSONANTS[place]
  if (sound === undefined) return undefined
  if (placeOf(characters[at + 1]) === NUKTA) return DOTTED[sound] ?? sound
  const eastern = blockOf(character) === BENGALI || blockOf(character) === ORIYA
  if (eastern && place === 0x2f) return 'j'
  if (eastern && place === 0x2c && placeOf(characters[at - 1]) === VIRAMA) return 'v'
  return doubledRra(characters, at) ?? sound
}

/** The doubled rra is "tr" in Tamil (Kutralam) and "tt" in Malayalam. */
function doubledRra(characters: readonly string[], at: number): string | undefined {
  if (placeOf(characters[at]) !== 0x31 || placeOf(characters[at + 1]) !== VIRAMA || characters[at + 2] !== characters[at]) return undefined
  const block = blockOf(characters[at]!)
  return block === TAMIL || block === MALAYALAM ? 't' : undefined
}

function otherSound(characters: readonly string[], at: number): string {
  const character = characters[at]!
  const place = placeOf(character)
  if (place === undefined) return character
  const own = OWN_LETTERS[character]
  if (own) return own
  if (place === 0x01 || place === 0x02) return 'n'
  if (place === 0x03) return 'h'
  if (place === VIRAMA || place === NUKTA) return ''
  return VOWELS[place] ?? VOWEL_SIGNS[place] ?? ''
}
