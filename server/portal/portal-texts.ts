import enPortal from '#shared/i18n/en/portal.json' with { type: 'json' }
import enWords from '#shared/i18n/en/words.json' with { type: 'json' }
import hiPortal from '#shared/i18n/hi/portal.json' with { type: 'json' }
import hiWords from '#shared/i18n/hi/words.json' with { type: 'json' }
import { locales, type Locale } from '#shared/i18n/language.ts'
import { createTranslator, type Translate } from '#shared/i18n/translator.ts'

const translators: Readonly<Record<Locale, Translate>> = {
  en: createTranslator('en', { ...enWords, ...enPortal }),
  hi: createTranslator('hi', { ...hiWords, ...hiPortal })
}

/** The texts of the public pages in one language. */
export function portalTexts(locale: Locale): Translate {
  return translators[locale]
}

/** The language of a request as one the product speaks. */
export function localeOf(language: string): Locale {
  return locales.find((locale) => locale === language) ?? locales[0]
}
