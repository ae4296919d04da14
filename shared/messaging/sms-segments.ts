/** GSM 03.38 default alphabet (3GPP TS 23.038, 6.2.1). */
const gsmBasic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
/** Extension table: each costs an escape more. */
const gsmExtended = '\f^{}\\[~]|€'

export interface SmsSize {
  encoding: 'gsm7' | 'ucs2'
  /** Septets or 16-bit units. */
  units: number
  /** What is paid for. */
  segments: number
}

/**
 * How many SMS a text takes: 160 septets or 70 UCS-2 units, 153 and 67 each where several are joined. One letter outside
 * the GSM alphabet, such as any of Devanagari, turns the whole text into UCS-2.
 */
export function smsSize(text: string): SmsSize {
  const letters = [...text]
  const isGsm = letters.every((letter) => gsmBasic.includes(letter) || gsmExtended.includes(letter))
  if (!isGsm) return { encoding: 'ucs2', units: text.length, segments: segmentsOf(text.length, 70, 67) }
  const units = letters.reduce((sum, letter) => sum + (gsmExtended.includes(letter) ? 2 : 1), 0)
  return { encoding: 'gsm7', units, segments: segmentsOf(units, 160, 153) }
}

function segmentsOf(units: number, alone: number, joined: number): number {
  return units <= alone ? 1 : Math.ceil(units / joined)
}
