import { computed, inject, shallowRef } from 'vue'
import type { ComputedRef, InjectionKey, Plugin } from 'vue'
import {
  formatBytes,
  formatDate,
  formatDateTime,
  formatDistance,
  formatDue,
  formatRelative,
  formatTime
} from '#shared/i18n/format.ts'
import { formatNumber } from '#shared/i18n/number-format.ts'
import type { Locale } from '#shared/i18n/language.ts'
import { createTranslator } from '#shared/i18n/translator.ts'
import type { Messages, Translate } from '#shared/i18n/translator.ts'
import { rememberedLocale, rememberLocale } from './remembered-locale.ts'

/** Words, numbers and times in the reader's language. All times are ms since 1970 UTC; the functions are reactive to the language. */
export interface ClientI18n {
  readonly locale: ComputedRef<Locale>
  readonly t: Translate
  formatNumber(value: number): string
  formatBytes(bytes: number): string
  formatDistance(metres: number): string
  formatDate(at: number): string
  formatTime(at: number): string
  formatDateTime(at: number): string
  formatRelative(at: number, now: number): string
  formatDue(due: number, now: number): string
  /** Loads the language's messages first, so the screen never shows keys; sets `<html lang>` and remembers the choice. */
  setLocale(locale: Locale): Promise<void>
  /** IANA zone in which times are shown; the device's own until the tenant's is known. */
  setTimeZone(timeZone: string): void
}

export interface I18nOptions {
  readonly locale: Locale
  readonly messages: Messages
  readonly timeZone?: string
  /** The app's messages of another language. */
  readonly load: (locale: Locale) => Promise<Messages>
}

const key: InjectionKey<ClientI18n> = Symbol('i18n')

/** The words of one app, from messages that are already there. */
export function createI18n(options: I18nOptions): ClientI18n {
  const timeZone = shallowRef(options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const current = shallowRef({ locale: options.locale, translate: createTranslator(options.locale, options.messages) })
  const locale = computed(() => current.value.locale)
  const reader = computed(() => ({ locale: locale.value, timeZone: timeZone.value }))
  const t: Translate = (messageKey, params) => current.value.translate(messageKey, params)

  return {
    locale,
    t,
    formatNumber: (value) => formatNumber(value, locale.value),
    formatBytes: (bytes) => formatBytes(bytes, locale.value, t),
    formatDistance: (metres) => formatDistance(metres, locale.value, t),
    formatDate: (at) => formatDate(at, reader.value),
    formatTime: (at) => formatTime(at, reader.value),
    formatDateTime: (at) => formatDateTime(at, reader.value),
    formatRelative: (at, now) => formatRelative(at, now, { ...reader.value, t }),
    formatDue: (due, now) => formatDue(due, now, t),
    setTimeZone: (zone) => {
      timeZone.value = zone
    },
    async setLocale(next) {
      const messages = await options.load(next)
      current.value = { locale: next, translate: createTranslator(next, messages) }
      document.documentElement.lang = next
      rememberLocale(next)
    }
  }
}

/** Loads the language of this device (remembered, else the browser's) and sets `<html lang>`; await it before mounting. */
export async function startI18n(load: (locale: Locale) => Promise<Messages>): Promise<ClientI18n> {
  const locale = rememberedLocale()
  document.documentElement.lang = locale
  return createI18n({ locale, messages: await load(locale), load })
}

/** Makes `i18n` the one that `useI18n` finds: `app.use(i18nPlugin(i18n))`. */
export function i18nPlugin(i18n: ClientI18n): Plugin {
  return { install: (app) => void app.provide(key, i18n) }
}

/** The words of the app this component is in. Throws when the app was mounted without `i18nPlugin`. */
export function useI18n(): ClientI18n {
  const i18n = inject(key)
  if (!i18n) throw new Error('useI18n needs i18nPlugin in the app.')
  return i18n
}
