import { expect, test } from 'vitest'
import { writtenWords } from './written-words.ts'

const id = '019a0000-0000-7000-8000-000000000001'

test('what a person wrote is found at any depth, without ids and codes', () => {
  const payload = {
    name: 'grievance.edit',
    args: { grievanceId: id, action: 'resolve', changes: { description: 'A deep hole', landmark: 'School gate' } }
  }
  expect(writtenWords(payload)).toEqual(['A deep hole', 'School gate'])
})

test('a payload of an unknown form has no words, and breaks nothing', () => {
  expect([writtenWords(null), writtenWords('text'), writtenWords({ args: 7 })]).toEqual([[], [], []])
})
