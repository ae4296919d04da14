import en from '#shared/i18n/en/breaches.json'
import hi from '#shared/i18n/hi/breaches.json'
import type { Locale } from '#shared/i18n/language.ts'
import { createTranslator, type Translate } from '#shared/i18n/translator.ts'
import { useOwnWords } from '#client/i18n/own-words.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'

/** Words that come with the page. */
export const useBreachWords = (): ClientI18n => useOwnWords('breaches.', { en, hi })

/** The same words in a language that need not be the reader's: of a text for others. */
export const breachWordsIn = (locale: Locale): Translate => createTranslator(locale, { en, hi }[locale])
