// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadMessages } from './locale-messages.ts'
import { rememberedLocale } from './remembered-locale.ts'
import { createI18n } from './use-i18n.ts'

afterEach(() => {
  vi.restoreAllMocks()
  localStorage.clear()
})

describe('createI18n', () => {
  it('changes words, page language and memory together', async () => {
    const i18n = createI18n({ locale: 'en', messages: await loadMessages('en'), load: loadMessages })
    const before = i18n.t('ui.addPhoto')
    await i18n.setLocale('hi')
    expect([before, i18n.t('ui.addPhoto')]).toEqual(['Add a photo', 'फ़ोटो जोड़ें'])
    expect(document.documentElement.lang).toBe('hi')
    expect(rememberedLocale(['en-IN'])).toBe('hi')
  })

  it('keeps the old language when the new one cannot be fetched', async () => {
    const i18n = createI18n({
      locale: 'en',
      messages: await loadMessages('en'),
      load: () => Promise.reject(new Error('offline'))
    })
    await expect(i18n.setLocale('hi')).rejects.toThrow('offline')
    expect([i18n.locale.value, i18n.t('ui.addPhoto')]).toEqual(['en', 'Add a photo'])
  })

  it('shows times in the zone of the tenant once it is known', async () => {
    const i18n = createI18n({ locale: 'en', messages: await loadMessages('en'), load: loadMessages, timeZone: 'UTC' })
    const noon = Date.UTC(2026, 10, 21, 12, 0)
    i18n.setTimeZone('Asia/Kolkata')
    expect(i18n.formatTime(noon)).toBe('17:30')
  })
})

describe('rememberedLocale', () => {
  it('follows the browser until a language was chosen', () => {
    expect(rememberedLocale(['ta', 'hi-IN'])).toBe('hi')
    expect(rememberedLocale(['fr'])).toBe('en')
  })

  it('still starts where storage is closed', () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('closed', 'SecurityError')
    })
    expect(rememberedLocale(['hi'])).toBe('hi')
  })
})
