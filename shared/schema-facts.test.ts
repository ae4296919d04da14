import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { field, fieldFacts } from './schema-facts.ts'

const title = { label: 'thing.title', kind: 'text', sensitivity: 'public' } as const
const phone = { label: 'thing.phone', kind: 'phone', sensitivity: 'personal', filterable: true } as const

describe('fieldFacts', () => {
  it('gives the facts of every field, the unsaid ones closed', () => {
    const schema = z.object({ title: field(z.string(), title), phone: field(z.string(), phone) })
    expect(fieldFacts(schema)).toEqual({
      title: { ...title, filterable: false, sortable: false, merge: 'incoming' },
      phone: { ...phone, filterable: true, sortable: false, merge: 'incoming' },
    })
  })

  it('keeps apart two fields made of one schema', () => {
    const text = z.string().min(1)
    const facts = fieldFacts(z.object({ a: field(text, title), b: field(text, { ...phone, mergeUnit: 'contact' }) }))
    expect([facts.a.label, facts.b.label]).toEqual(['thing.title', 'thing.phone'])
    expect(facts.a.mergeUnit).toBeUndefined()
  })

  it('does not mix the facts of a field that is described a second time', () => {
    const place = field(z.string(), { ...title, mergeUnit: 'place' })
    expect(fieldFacts(z.object({ again: field(place, phone) })).again.mergeUnit).toBeUndefined()
  })

  it('finds facts behind optional, nullable, default and later checks', () => {
    const schema = z.object({
      a: field(z.string(), title).optional(),
      b: field(z.string(), title).nullable().default(null),
      c: field(z.string(), title).min(2),
    })
    expect(Object.values(fieldFacts(schema)).map((facts) => facts.label)).toEqual(Array(3).fill('thing.title'))
  })

  it('names the field without facts', () => {
    const schema = z.object({ title: field(z.string(), title), forgotten: z.string() })
    expect(() => fieldFacts(schema)).toThrow(/"forgotten"/)
    expect(() => fieldFacts(schema.pick({ title: true }))).not.toThrow()
  })
})

describe('field', () => {
  it('refuses to filter or sort by a secret', () => {
    const secret = { label: 'person.idNumber', kind: 'text', sensitivity: 'secret' } as const
    expect(() => field(z.string(), { ...secret, filterable: true })).toThrow(/secret/)
    expect(() => field(z.string(), { ...secret, sortable: true })).toThrow(/secret/)
    expect(field(z.string().min(3), secret).safeParse('ab').success).toBe(false)
  })
})
