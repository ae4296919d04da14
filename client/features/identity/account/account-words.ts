import en from '#shared/i18n/en/account.json'
import hi from '#shared/i18n/hi/account.json'
import { useOwnWords } from '#client/i18n/own-words.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'

/** For the field app, whose first load has no room for them; the office's messages hold them anyway. */
export const useAccountWords = (): ClientI18n => useOwnWords('account.', { en, hi })
