import { localeSchema, locales, matchLanguage } from '#shared/i18n/language.ts'
import type { Locale } from '#shared/i18n/language.ts'

const STORAGE_KEY = 'sampark.locale'

/** The language chosen on this device, else the first of the browser's that we have. */
export function rememberedLocale(browserLanguages: readonly string[] = navigator.languages): Locale {
  const stored = localeSchema.safeParse(storedLocale())
  return stored.success ? stored.data : matchLanguage(browserLanguages.join(','), [...locales])
}

function storedLocale(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null
  }
}

/** Keeps the choice where storage is open; a closed storage only means that it is asked again. */
export function rememberLocale(locale: Locale): void {
  try {
    localStorage.setItem(STORAGE_KEY, locale)
  } catch {
    return
  }
}
