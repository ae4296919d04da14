import { z } from 'zod'
import { field, fieldFacts } from '../schema-facts.ts'

/** A house or flat in which people live together. */
export const householdSchema = z.object({
  id: field(z.uuid(), { label: 'people.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('household'), { label: 'people.field.type', kind: 'text', sensitivity: 'internal' }),
  wardId: field(z.uuid(), { label: 'people.field.ward', kind: 'reference', sensitivity: 'internal', filterable: true, merge: 'officeWins' }),
  houseNumber: field(z.string().trim().min(1).max(40), { label: 'people.household.number', kind: 'text', sensitivity: 'personal', sortable: true, mergeUnit: 'address' }),
  street: field(z.string().trim().max(200), { label: 'people.household.street', kind: 'text', sensitivity: 'personal', sortable: true, mergeUnit: 'address' }),
  latitude: field(z.number().min(-90).max(90).nullable(), { label: 'people.household.latitude', kind: 'geo', sensitivity: 'personal', mergeUnit: 'place' }),
  longitude: field(z.number().min(-180).max(180).nullable(), { label: 'people.household.longitude', kind: 'geo', sensitivity: 'personal', mergeUnit: 'place' })
})
export type Household = z.infer<typeof householdSchema>
export const householdFacts = fieldFacts(householdSchema)

export const genders = ['female', 'male', 'other', 'unknown'] as const

export const personSchema = z.object({
  id: field(z.uuid(), { label: 'people.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('person'), { label: 'people.field.type', kind: 'text', sensitivity: 'internal' }),
  householdId: field(z.uuid(), { label: 'people.person.household', kind: 'reference', sensitivity: 'internal' }),
  wardId: field(z.uuid(), { label: 'people.field.ward', kind: 'reference', sensitivity: 'internal', filterable: true, merge: 'officeWins' }),
  name: field(z.string().trim().min(1).max(120), { label: 'people.person.name', kind: 'text', sensitivity: 'personal', sortable: true }),
  gender: field(z.enum(genders), { label: 'people.person.gender', kind: 'choice', sensitivity: 'personal' }),
  birthYear: field(z.number().int().min(1890).max(2100).nullable(), { label: 'people.person.birthYear', kind: 'number', sensitivity: 'personal' }),
  language: field(z.string().max(8), { label: 'people.person.language', kind: 'choice', sensitivity: 'internal' }),
  notes: field(z.string().trim().max(2000), { label: 'people.person.notes', kind: 'longText', sensitivity: 'personal', merge: 'append' })
})
export type Person = z.infer<typeof personSchema>
export const personFacts = fieldFacts(personSchema)

/** Phone and e-mail of a person: a row of its own, received only by roles that may see it. */
export const personContactSchema = z.object({
  id: field(z.uuid(), { label: 'people.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('person_contact'), { label: 'people.field.type', kind: 'text', sensitivity: 'internal' }),
  personId: field(z.uuid(), { label: 'people.contact.person', kind: 'reference', sensitivity: 'internal' }),
  wardId: field(z.uuid(), { label: 'people.field.ward', kind: 'reference', sensitivity: 'internal', merge: 'officeWins' }),
  phone: field(z.string().regex(/^\+\d{8,15}$/).nullable(), { label: 'people.contact.phone', kind: 'phone', sensitivity: 'secret' }),
  email: field(z.email().max(200).nullable(), { label: 'people.contact.email', kind: 'email', sensitivity: 'secret' })
})
export type PersonContact = z.infer<typeof personContactSchema>
export const personContactFacts = fieldFacts(personContactSchema)
