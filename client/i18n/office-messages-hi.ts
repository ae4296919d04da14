import type { Messages } from '#shared/i18n/translator.ts'
import { messages as common } from './messages-hi.ts'

const files = import.meta.glob<Messages>('../../shared/i18n/hi/{admin,audit,messaging}.json', { eager: true, import: 'default' })

/** Every Hindi message of the office, by key. */
export const messages: Messages = Object.assign({}, common, ...Object.values(files))
