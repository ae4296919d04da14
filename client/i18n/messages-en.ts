import type { Messages } from '#shared/i18n/translator.ts'

const files = import.meta.glob<Messages>('../../shared/i18n/en/*.json', { eager: true, import: 'default' })

/** Every English message of the product, by key. */
export const messages: Messages = Object.assign({}, ...Object.values(files))
