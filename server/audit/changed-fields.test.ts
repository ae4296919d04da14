import { expect, test } from 'vitest'
import { changedFields, notKept } from './changed-fields.ts'

const facts = {
  state: { sensitivity: 'internal', kind: 'state' },
  name: { sensitivity: 'personal', kind: 'text' },
  phone: { sensitivity: 'secret', kind: 'phone' },
  personId: { sensitivity: 'personal', kind: 'reference' }
} as const

test('tells which fields changed, and nothing personal of what was in them', () => {
  const before = { state: 'open', name: 'Asha', phone: null, personId: 'a' }
  const after = { state: 'done', name: 'Usha', phone: '+919876543210', personId: 'a', unheardOf: 'text' }
  expect(changedFields(before, after, facts)).toEqual({
    before: { state: 'open', name: notKept, phone: null, unheardOf: null },
    after: { state: 'done', name: notKept, phone: notKept, unheardOf: notKept }
  })
})

test('of a new record every field, of a removed one what it was', () => {
  expect(changedFields(null, { state: 'open', personId: 'a' }, facts)).toEqual({ before: null, after: { state: 'open', personId: 'a' } })
  expect(changedFields({ name: 'Asha' }, null, facts)).toEqual({ before: { name: notKept }, after: null })
})
