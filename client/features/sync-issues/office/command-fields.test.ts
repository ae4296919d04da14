import { expect, test } from 'vitest'
import { commandFields } from './command-fields.ts'
import type { IssueWords } from './issue-words.ts'

const id = '019a0000-0000-7000-8000-000000000001'
const labels: Record<string, string> = { description: 'What is wrong', wardId: 'Ward', categoryId: 'Category', phone: 'Phone', photos: 'Photos' }
const words: IssueWords = {
  field: (_type, field) => field ?? '',
  value: (field, value) => (field === 'wardId' ? '83 Ulsoor' : String(value)),
  command: (name) => name,
  person: () => null,
  argument: (name) => labels[name] ?? null,
  count: (count) => `${count}`
}

test('a refused command is read field by field, at any depth, without ids, codes and empty fields', () => {
  const args = {
    grievanceId: id, categoryId: id, wardId: id, landmark: '', accuracyMetres: 4, photos: [{ id }],
    changes: { description: 'A deep hole' }, reporter: { id, phone: '+919820123456', email: null }
  }
  expect(commandFields({ name: 'grievance.file', args }, words)).toEqual([
    { label: 'Ward', value: '83 Ulsoor' },
    { label: 'Photos', value: '1' },
    { label: 'What is wrong', value: 'A deep hole' },
    { label: 'Phone', value: '+919820123456' }
  ])
})

test('a payload of an unknown form says nothing, and breaks nothing', () => {
  expect([null, 'text', { args: 7 }, { args: ['a'] }].map((payload) => commandFields(payload, words))).toEqual([[], [], [], []])
})
