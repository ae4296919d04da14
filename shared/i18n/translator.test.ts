import { describe, expect, it, vi } from 'vitest'
import { errorCodes } from '../errors.ts'
import en from './en/words.json' with { type: 'json' }
import hi from './hi/words.json' with { type: 'json' }
import { createTranslator, messagesSchema } from './translator.ts'

const photos = { 'photo.waiting': { one: '{count} photo waiting', other: '{count} photos waiting' } }
const photosHindi = { 'photo.waiting': { one: '{count} फ़ोटो बाकी', other: '{count} फ़ोटो बाकी हैं' } }

describe('createTranslator', () => {
  it('fills in names and numbers', () => {
    const t = createTranslator('en', { 'ward.people': '{ward}: {count} people' })
    expect(t('ward.people', { ward: 'Ward 1200', count: 123456 })).toBe('Ward 1200: 1,23,456 people')
  })

  it('does not read placeholders or patterns inside of a value', () => {
    const t = createTranslator('en', { 'person.greeting': 'Hello {name}' })
    expect(t('person.greeting', { name: '{secret} $& $1' })).toBe('Hello {secret} $& $1')
  })

  it('chooses the plural form of the language: none is many in English and one in Hindi', () => {
    const [english, hindi] = [createTranslator('en', photos), createTranslator('hi', photosHindi)]
    expect([0, 1, 2].map((count) => english('photo.waiting', { count }))).toEqual(['0 photos waiting', '1 photo waiting', '2 photos waiting'])
    expect([0, 1, 2].map((count) => hindi('photo.waiting', { count }))).toEqual(['0 फ़ोटो बाकी', '1 फ़ोटो बाकी', '2 फ़ोटो बाकी हैं'])
  })

  it('shows what is missing and reports it', () => {
    const onMissing = vi.fn()
    const t = createTranslator('hi', { 'person.greeting': 'नमस्ते {name}' }, onMissing)
    expect(t('person.greeting')).toBe('नमस्ते {name}')
    expect(t('person.farewell')).toBe('person.farewell')
    expect(t('constructor')).toBe('constructor')
    expect(onMissing.mock.calls).toEqual([['person.greeting {name}', 'hi'], ['person.farewell', 'hi'], ['constructor', 'hi']])
  })
})

describe('the common words', () => {
  it('are well formed and the same in both languages', () => {
    expect(() => [messagesSchema.parse(en), messagesSchema.parse(hi)]).not.toThrow()
    expect(Object.keys(hi)).toEqual(Object.keys(en))
  })

  it('have words for every error code', () => {
    for (const code of Object.keys(errorCodes)) expect(en).toHaveProperty([`error.${code}`])
  })

  it('use the same parameters in both languages', () => {
    const parameters = (message: unknown) => [...new Set(JSON.stringify(message).match(/\{\w+\}/g))].sort()
    for (const [key, message] of Object.entries(en)) expect(parameters(hi[key as keyof typeof hi]), key).toEqual(parameters(message))
  })
})

describe('messagesSchema', () => {
  it.each([[{ save: 'Save' }], [{ 'words.save': { one: 'x' } }], [{ 'words.save': { other: 'x', singular: 'y' } }], [{ 'words.save': 3 }]])(
    'refuses %j',
    (messages) => {
      expect(messagesSchema.safeParse(messages).success).toBe(false)
    },
  )
})
