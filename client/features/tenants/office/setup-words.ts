import { computed } from 'vue'
import en from '#shared/i18n/en/setup.json'
import hi from '#shared/i18n/hi/setup.json'
import { createTranslator, type Translate } from '#shared/i18n/translator.ts'
import { useI18n, type ClientI18n } from '#client/i18n/use-i18n.ts'

/** The words of this room come with its own chunk: an office is set up once. */
const messages = { en, hi }

/** As `useI18n`, with the messages of `setup.json` besides the app's. */
export function useSetupWords(): ClientI18n {
  const i18n = useI18n()
  const own = computed(() => createTranslator(i18n.locale.value, messages[i18n.locale.value]))
  const t: Translate = (key, params) => (key.startsWith('setup.') ? own.value(key, params) : i18n.t(key, params))
  return { ...i18n, t }
}
