import en from '#shared/i18n/en/passkeys.json'
import hi from '#shared/i18n/hi/passkeys.json'
import { useOwnWords } from '#client/i18n/own-words.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'

/** Words that come with what shows them. */
export const usePasskeyWords = (): ClientI18n => useOwnWords('passkeys.', { en, hi })
