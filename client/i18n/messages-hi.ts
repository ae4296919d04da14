import type { Messages } from '#shared/i18n/translator.ts'

const files = import.meta.glob<Messages>(
  ['../../shared/i18n/hi/*.json', '!../../shared/i18n/hi/{breaches,contact-lists,portal,admin,audit,messaging,rescue,account,consent,damage,photo-refusal}.json'],
  { eager: true, import: 'default' }
)

/** The Hindi messages of the field app, by key; the office's stand apart, the portal's are rendered by the server. */
export const messages: Messages = Object.assign({}, ...Object.values(files))
