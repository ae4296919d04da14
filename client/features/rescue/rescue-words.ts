import en from '#shared/i18n/en/rescue.json'
import hi from '#shared/i18n/hi/rescue.json'
import { useOwnWords } from '#client/i18n/own-words.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'

/** The words of this room come with its own chunk: they are rarely needed, and then perhaps without a network. */
export const useRescueWords = (): ClientI18n => useOwnWords('rescue.', { en, hi })
