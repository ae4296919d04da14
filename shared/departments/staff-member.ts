import { z } from 'zod'
import { officeRoleSchema } from '../identity/actor.ts'
import { field, fieldFacts } from '../schema-facts.ts'

/** A colleague as everybody in the office sees him: never login, phone or e-mail. */
export const staffMemberSchema = z.object({
  id: field(z.uuid(), { label: 'departments.field.id', kind: 'id', sensitivity: 'internal' }),
  type: field(z.literal('staff'), { label: 'departments.field.type', kind: 'text', sensitivity: 'internal' }),
  name: field(z.string(), { label: 'departments.staff.name', kind: 'text', sensitivity: 'internal', sortable: true }),
  role: field(officeRoleSchema, { label: 'departments.staff.role', kind: 'choice', sensitivity: 'internal', filterable: true }),
  departmentId: field(z.uuid().nullable(), { label: 'departments.staff.department', kind: 'reference', sensitivity: 'internal' }),
  active: field(z.boolean(), { label: 'departments.field.active', kind: 'boolean', sensitivity: 'internal' })
})
export type StaffMember = z.infer<typeof staffMemberSchema>
export const staffMemberFacts = fieldFacts(staffMemberSchema)
