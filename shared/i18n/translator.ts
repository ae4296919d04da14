import { z } from 'zod'
import type { Locale } from './language.ts'
import { formatNumber } from './number-format.ts'

/** A text, or one text per plural form of the language; `other` must be there. */
export const messageSchema = z.union([
  z.string(),
  z.strictObject({
    zero: z.string().optional(), one: z.string().optional(), two: z.string().optional(),
    few: z.string().optional(), many: z.string().optional(), other: z.string(),
  }),
])
export type Message = z.infer<typeof messageSchema>

/** What a message file holds: `<noun>.<thing>` -> message. */
export const messagesSchema = z.record(z.string().regex(/^[a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9_-]+)+$/), messageSchema)
export type Messages = Readonly<Record<string, Message>>

/** Numbers are written with the grouping of the language; give ids, years and phone numbers as text. */
export type MessageParams = Readonly<Record<string, string | number>>
export type Translate = (key: string, params?: MessageParams) => string

/** Called with the key when a message, its plural form or one of its parameters (`key {name}`) is missing. */
export type OnMissing = (key: string, locale: Locale) => void

/**
 * A translator for one language. `{name}` in a text is replaced by the parameter of that name; the plural form follows the parameter
 * `count` by CLDR (0 is `one` in Hindi, so `one` must not say "1"). A missing message gives its key, a missing parameter stays as `{name}`:
 * visible, never an exception.
 */
export function createTranslator(locale: Locale, messages: Messages, onMissing?: OnMissing): Translate {
  const pluralRules = new Intl.PluralRules(locale)
  return (key, params = {}) => {
    const message = Object.hasOwn(messages, key) ? messages[key] : undefined
    if (message === undefined) {
      onMissing?.(key, locale)
      return key
    }
    const text = typeof message === 'string' ? message : pluralForm(message, params['count'])
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = Object.hasOwn(params, name) ? params[name] : undefined
      if (value === undefined) onMissing?.(`${key} ${placeholder}`, locale)
      if (typeof value === 'number') return formatNumber(value, locale)
      return value ?? placeholder
    })
  }

  function pluralForm(message: Exclude<Message, string>, count: string | number | undefined): string {
    if (typeof count !== 'number') return message.other
    return message[pluralRules.select(count)] ?? message.other
  }
}
