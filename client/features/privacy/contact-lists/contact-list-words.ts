import consentEn from '#shared/i18n/en/consent.json'
import en from '#shared/i18n/en/contact-lists.json'
import consentHi from '#shared/i18n/hi/consent.json'
import hi from '#shared/i18n/hi/contact-lists.json'
import { useOwnWords } from '#client/i18n/own-words.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'

/** Words that come with the page. */
export const useContactListWords = (): ClientI18n => useOwnWords('contactLists.', { en, hi })

/** What the purposes and channels of consent are called. */
export const useConsentWords = (): ClientI18n => useOwnWords('consent.', { en: consentEn, hi: consentHi })
