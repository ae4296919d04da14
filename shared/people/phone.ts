import { toLatinDigits } from '../i18n/native-digits.ts'

const NATIONAL_LENGTH = 10

/**
 * A phone number as typed -> E.164 (`+919820123456`), or null when it cannot be one.
 * Takes digits of any script, spaces, dashes, dots and brackets, a leading 0, 00, +CC or CC; a number without
 * country code is taken to be of `countryCode` and has ten digits. For India (91) the first of the ten is 6-9 for a mobile
 * and 2-9 for a landline with its area code, so 0 and 1 are refused. Numbers of another country need the +.
 */
export function normalizePhone(text: string, countryCode = '91'): string | null {
  const compact = toLatinDigits(text).replace(/[\s\p{Pd}\p{Cf}.()/]/gu, '').replace(/^00/, '+')
  if (!/^\+?[0-9]+$/.test(compact)) return null
  if (compact.startsWith('+') && !compact.startsWith(`+${countryCode}`)) {
    return /^\+[1-9][0-9]{6,14}$/.test(compact) ? compact : null
  }
  const national = nationalPart(compact, countryCode)
  if (national.length !== NATIONAL_LENGTH) return null
  if (countryCode === '91' && !/^[2-9]/.test(national)) return null
  return `+${countryCode}${national}`
}

/** The last four digits: what a citizen types to open her grievance, next to its number. */
export function lastFour(phone: string): string {
  return toLatinDigits(phone).replace(/\D/g, '').slice(-4)
}

/** A number that can be recognised by who knows it and not be called: `+91 •••••• 3456`. Expects E.164. */
export function maskPhone(phone: string, countryCode = '91'): string {
  const country = phone.startsWith(`+${countryCode}`) ? `+${countryCode} ` : ''
  return `${country}•••••• ${lastFour(phone)}`
}

function nationalPart(compact: string, countryCode: string): string {
  const digits = compact.replace('+', '').replace(/^0/, '')
  const hasCountry = digits.startsWith(countryCode) && digits.length > NATIONAL_LENGTH
  return hasCountry ? digits.slice(countryCode.length).replace(/^0/, '') : digits
}
