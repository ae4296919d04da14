import { computed } from 'vue'
import en from '#shared/i18n/en/rescue.json'
import hi from '#shared/i18n/hi/rescue.json'
import { createTranslator, type Translate } from '#shared/i18n/translator.ts'
import { useI18n, type ClientI18n } from '#client/i18n/use-i18n.ts'

/** The words of this room come with its own chunk: they are rarely needed, and then perhaps without a network. */
const messages = { en, hi }

/** As `useI18n`, with the messages of `rescue.json` besides the app's. */
export function useRescueWords(): ClientI18n {
  const i18n = useI18n()
  const own = computed(() => createTranslator(i18n.locale.value, messages[i18n.locale.value]))
  const t: Translate = (key, params) => (key.startsWith('rescue.') ? own.value(key, params) : i18n.t(key, params))
  return { ...i18n, t }
}
