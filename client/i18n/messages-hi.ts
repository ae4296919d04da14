import type { Messages } from '#shared/i18n/translator.ts'

const files = import.meta.glob<Messages>(['../../shared/i18n/hi/*.json', '!../../shared/i18n/hi/portal.json'], { eager: true, import: 'default' })

/** Every Hindi message of the product, by key. */
export const messages: Messages = Object.assign({}, ...Object.values(files))
