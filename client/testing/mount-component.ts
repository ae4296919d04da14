import { mount } from '@vue/test-utils'
import type { ComponentMountingOptions, VueWrapper } from '@vue/test-utils'
import type { Component } from 'vue'
import type { Locale } from '#shared/i18n/language.ts'
import { loadOfficeMessages } from '#client/i18n/locale-messages.ts'
import { createI18n, i18nPlugin } from '#client/i18n/use-i18n.ts'

/** Mounts into the document (so that focus works) with the product's real words. Unmount it after the test. */
export async function mountInApp(
  component: Component,
  options: ComponentMountingOptions<unknown> & { readonly locale?: Locale } = {}
): Promise<VueWrapper> {
  const { locale = 'en', global, ...rest } = options
  const i18n = createI18n({ locale, messages: await loadOfficeMessages(locale), load: loadOfficeMessages, timeZone: 'Asia/Kolkata' })
  const plugins = [...(global?.plugins ?? []), i18nPlugin(i18n)]
  return mount(component, {
    ...rest,
    attachTo: document.body,
    global: { ...global, plugins }
  } as ComponentMountingOptions<unknown>)
}
