import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeFields, type MergeFacts } from './merge-fields.ts'

const subject = { collection: 'cases' as const, type: 'grievance', id: '00000000-0000-7000-8000-000000000001' }
const facts: Record<string, MergeFacts> = {
  note: { policy: 'append' }, tags: { policy: 'union' }, text: { policy: 'incoming' }, owner: { policy: 'officeWins' },
  lat: { policy: 'incoming', unit: 'place' }, lng: { policy: 'incoming', unit: 'place' }, state: { policy: 'stateMachine' }
}

const merge = (row: object, base: object | undefined, changes: object, fromOffice = false) =>
  mergeFields({ subject, row: { ...row, id: subject.id, type: 'grievance' }, base: base as Record<string, unknown>, changes: changes as Record<string, unknown>, factsOf: (name) => facts[name]!, fromOffice })

test('a field nobody else touched takes the change, without a conflict', () => {
  expect(merge({ text: 'old', owner: 'x' }, { text: 'old' }, { text: 'new' })).toEqual({ values: { text: 'new' }, conflicts: [], merged: false })
})

test('the same field edited by two keeps both values for a person', () => {
  const result = merge({ text: 'theirs' }, { text: 'old' }, { text: 'mine' })
  expect(result.values).toEqual({ text: 'mine' })
  expect(result.conflicts).toEqual([{ subject, field: 'text', base: 'old', yours: 'mine', theirs: 'theirs' }])
})

test('what the office decides stands against the field, and the other value is kept', () => {
  const result = merge({ owner: 'ravi' }, { owner: null }, { owner: 'asha' })
  expect(result.values).toEqual({})
  expect(result.conflicts).toMatchObject([{ yours: 'asha', theirs: 'ravi' }])
  expect(merge({ owner: 'ravi' }, { owner: null }, { owner: 'meera' }, true).values).toEqual({ owner: 'meera' })
})

test('lists are united and notes appended, silently', () => {
  const result = merge({ tags: ['a', 'b'], note: 'one' }, { tags: ['a'], note: '' }, { tags: ['a', 'c'], note: 'two' })
  expect(result).toMatchObject({ values: { tags: ['a', 'b', 'c'], note: 'one\ntwo' }, conflicts: [] })
})

test('fields of one unit are never mixed', () => {
  const result = merge({ lat: 2, lng: 1 }, { lat: 1, lng: 1 }, { lat: 3, lng: 4 })
  expect(result.values).toEqual({ lat: 3, lng: 4 })
  expect(result.conflicts.map((conflict) => conflict.field).sort()).toEqual(['lat', 'lng'])
})

test('no value is ever lost: it is stored, equal, or in a conflict', () => {
  const value = fc.constantFrom('a', 'b', 'c', null)
  const record = fc.record({ text: value, owner: value, state: value })
  fc.assert(
    fc.property(record, record, record, fc.boolean(), (row, base, changes, office) => {
      const { values, conflicts } = merge(row, base, changes, office)
      for (const [name, wanted] of Object.entries(changes)) {
        const stored = name in values ? values[name] : row[name as keyof typeof row]
        const reported = conflicts.find((conflict) => conflict.field === name)
        if (stored !== wanted) expect(reported?.yours ?? null).toBe(wanted)
        const overwritten = row[name as keyof typeof row]
        if (stored !== overwritten && overwritten !== base[name as keyof typeof base]) expect(reported?.theirs ?? null).toBe(overwritten)
      }
    })
  )
})
