import type { Messages } from '#shared/i18n/translator.ts'

const files = import.meta.glob<Messages>(['../../shared/i18n/en/*.json', '!../../shared/i18n/en/portal.json'], { eager: true, import: 'default' })

/** Every English message of field app and office, by key; the portal's are rendered by the server. */
export const messages: Messages = Object.assign({}, ...Object.values(files))
