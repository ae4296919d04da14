/**
 * The code point of zero in each script whose digits people of this region or their keyboards type:
 * Arabic, Persian/Urdu, the ten Indic blocks, Sinhala, Tibetan, Myanmar, Ol Chiki, Meetei Mayek, full width.
 */
const ZEROS = [
  0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
  0x0f20, 0x1040, 0x1c50, 0xabf0, 0xff10,
]

/** Writes the digits of every listed script as 0-9 and leaves all other characters alone. */
export function toLatinDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!
    const zero = ZEROS.find((start) => code >= start && code < start + 10)
    return zero === undefined ? digit : String(code - zero)
  })
}
