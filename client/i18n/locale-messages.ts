import type { Locale } from '#shared/i18n/language.ts'
import type { Messages } from '#shared/i18n/translator.ts'

const loaders: Readonly<Record<Locale, () => Promise<{ readonly messages: Messages }>>> = {
  en: () => import('./messages-en.ts'),
  hi: () => import('./messages-hi.ts')
}

/** The field app's messages of one language; each language is a chunk of its own, fetched when it is first shown. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  return (await loaders[locale]()).messages
}

const officeLoaders: typeof loaders = {
  en: () => import('./office-messages-en.ts'),
  hi: () => import('./office-messages-hi.ts')
}

/** The office's messages of one language, the field app's among them. */
export async function loadOfficeMessages(locale: Locale): Promise<Messages> {
  return (await officeLoaders[locale]()).messages
}
