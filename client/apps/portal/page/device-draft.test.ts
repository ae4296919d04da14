import { expect, test } from 'vitest'
import { createDeviceDraft } from './device-draft.ts'

function memory(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key)
  } as Storage
}

const hour = 3_600_000

test('answers of the same report come together page by page; another report starts anew', () => {
  const draft = createDeviceDraft(memory(), 'north', () => 0)
  draft.keep({ commandId: '1', category: 'a' })
  draft.keep({ commandId: '1', landmark: 'Bus stand' })
  expect(draft.read()).toEqual({ commandId: '1', category: 'a', landmark: 'Bus stand' })
  draft.keep({ commandId: '2', category: 'b' })
  expect(draft.read()).toEqual({ commandId: '2', category: 'b' })
})

test('what was typed is forgotten a day after the last word, and when it is cleared', () => {
  let now = 0
  const draft = createDeviceDraft(memory(), 'north', () => now)
  draft.keep({ description: 'No water' })
  now = 23 * hour
  expect(draft.read()).toEqual({ description: 'No water' })
  now = 25 * hour
  expect(draft.read()).toEqual({})
  draft.keep({ description: 'Again' })
  draft.clear()
  expect(draft.read()).toEqual({})
})

test('a full storage loses the draft, not the page', () => {
  const full = {
    ...memory(),
    setItem: () => {
      throw new Error('full')
    }
  } as Storage
  const draft = createDeviceDraft(full, 'north', () => 0)
  draft.keep({ description: 'No water' })
  expect(draft.read()).toEqual({})
})
