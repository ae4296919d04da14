import en from '#shared/i18n/en/api-keys.json'
import hi from '#shared/i18n/hi/api-keys.json'
import { useOwnWords } from '#client/i18n/own-words.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'

/** Words of this page only: they come with its chunk. */
export const useApiKeyWords = (): ClientI18n => useOwnWords('apiKeys.', { en, hi })
