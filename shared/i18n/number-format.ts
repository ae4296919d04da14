import type { Locale } from './language.ts'
import { languages } from './language.ts'

const numberFormats = new Map<string, Intl.NumberFormat>()

/** With the grouping of the language, in India `12,34,567`, always in Latin digits. */
export function formatNumber(value: number, locale: Locale, options: Intl.NumberFormatOptions = {}): string {
  const key = `${locale} ${JSON.stringify(options)}`
  let format = numberFormats.get(key)
  if (!format) numberFormats.set(key, (format = new Intl.NumberFormat(languages[locale].intlLocale, options)))
  return format.format(value)
}
