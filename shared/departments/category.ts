import { z } from 'zod'
import { field, fieldFacts } from '../schema-facts.ts'

/** A department that does the work. */
export const departmentSchema = z.object({
  id: field(z.uuid(), { label: 'departments.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('department'), { label: 'departments.field.type', kind: 'text', sensitivity: 'internal' }),
  name: field(z.string().trim().min(1).max(120), { label: 'departments.field.name', kind: 'text', sensitivity: 'public', sortable: true }),
  /** Name per language, where it differs. */
  names: field(z.record(z.string(), z.string()), { label: 'departments.field.names', kind: 'text', sensitivity: 'public' }),
  active: field(z.boolean(), { label: 'departments.field.active', kind: 'boolean', sensitivity: 'internal', filterable: true })
})
export type Department = z.infer<typeof departmentSchema>
export const departmentFacts = fieldFacts(departmentSchema)

/** What a grievance is about (Open311: a service). Routes to a department and promises a target time. */
export const categorySchema = z.object({
  id: field(z.uuid(), { label: 'departments.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('category'), { label: 'departments.field.type', kind: 'text', sensitivity: 'internal' }),
  /** Open311 service_code: stable, unique per tenant. */
  code: field(z.string().min(1).max(60), { label: 'departments.category.code', kind: 'text', sensitivity: 'public' }),
  name: field(z.string().trim().min(1).max(120), { label: 'departments.category.name', kind: 'text', sensitivity: 'public', sortable: true }),
  names: field(z.record(z.string(), z.string()), { label: 'departments.field.names', kind: 'text', sensitivity: 'public' }),
  group: field(z.string().max(80).nullable(), { label: 'departments.category.group', kind: 'text', sensitivity: 'public' }),
  /** Name of an icon the screens know. */
  icon: field(z.string().max(40), { label: 'departments.category.icon', kind: 'text', sensitivity: 'public' }),
  departmentId: field(z.uuid().nullable(), { label: 'departments.category.department', kind: 'reference', sensitivity: 'public', filterable: true }),
  /** Promised time until an answer, in working minutes of the tenant's calendar. */
  targetMinutes: field(z.number().int().positive(), { label: 'departments.category.target', kind: 'number', sensitivity: 'public', sortable: true }),
  /** A resolution needs a photo that shows it. */
  proofOfFix: field(z.boolean(), { label: 'departments.category.proof', kind: 'boolean', sensitivity: 'internal' }),
  active: field(z.boolean(), { label: 'departments.field.active', kind: 'boolean', sensitivity: 'internal', filterable: true })
})
export type Category = z.infer<typeof categorySchema>
export const categoryFacts = fieldFacts(categorySchema)

/** The name in the wanted language, else the plain one. */
export function nameIn(locale: string, named: { name: string; names: Record<string, string> }): string {
  return named.names[locale] ?? named.name
}
