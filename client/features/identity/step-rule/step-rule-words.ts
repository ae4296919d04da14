import en from '#shared/i18n/en/second-step-rule.json'
import hi from '#shared/i18n/hi/second-step-rule.json'
import { useOwnWords } from '#client/i18n/own-words.ts'
import type { ClientI18n } from '#client/i18n/use-i18n.ts'

/** Words that come with what shows them. */
export const useStepRuleWords = (): ClientI18n => useOwnWords('stepRule.', { en, hi })
