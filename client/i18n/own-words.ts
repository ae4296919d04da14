import { computed } from 'vue'
import type { Locale } from '#shared/i18n/language.ts'
import { createTranslator, type Messages, type Translate } from '#shared/i18n/translator.ts'
import { useI18n, type ClientI18n } from './use-i18n.ts'

/** As `useI18n`, with the words of a room that come with its own chunk: those whose keys start with `prefix`. */
export function useOwnWords(prefix: string, messages: Readonly<Record<Locale, Messages>>): ClientI18n {
  const i18n = useI18n()
  const own = computed(() => createTranslator(i18n.locale.value, messages[i18n.locale.value]))
  const t: Translate = (key, params) => (key.startsWith(prefix) ? own.value(key, params) : i18n.t(key, params))
  return { ...i18n, t }
}
