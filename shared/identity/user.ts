import { z } from 'zod'
import { field } from '../schema-facts.ts'
import { uuidSchema } from '../ids.ts'
import { nextSchema } from '../list-page.ts'
import { officeRoleSchema } from './actor.ts'

export const userStatuses = ['active', 'disabled'] as const

/** Shortest password taken, in characters. Length counts, composition rules do not (NIST SP 800-63B, 3.1.1.2). */
export const passwordLength = { least: 10, most: 200 } as const

const loginSchema = z.string().trim().toLowerCase().min(3).max(80).regex(/^[\p{L}\p{N}._@+-]+$/u, 'Only letters, digits and . _ @ + -')
export const passwordSchema = z.string().min(passwordLength.least).max(passwordLength.most)

/** Most departments that a person can be limited to: each makes his wards count once more in what a device keeps of the feed. */
export const departmentLimitMost = 10

/** A person of the office who can log in. The password is no field: it is only ever written. */
export const userSchema = z.object({
  id: field(uuidSchema, { label: 'identity.user.id', kind: 'id', sensitivity: 'internal' }),
  login: field(loginSchema, { label: 'identity.user.login', kind: 'text', sensitivity: 'personal', filterable: true, sortable: true }),
  name: field(z.string().trim().min(1).max(120), { label: 'identity.user.name', kind: 'text', sensitivity: 'internal', filterable: true, sortable: true }),
  role: field(officeRoleSchema, { label: 'identity.user.role', kind: 'choice', sensitivity: 'internal', filterable: true, sortable: true }),
  customRoleId: field(uuidSchema.nullable(), { label: 'admin.roles.own', kind: 'reference', sensitivity: 'internal' }),
  departmentId: field(uuidSchema.nullable(), { label: 'identity.user.department', kind: 'reference', sensitivity: 'internal', filterable: true }),
  wardIds: field(z.array(uuidSchema).max(500), { label: 'identity.user.wards', kind: 'list', sensitivity: 'internal' }),
  /** Null: all departments. Never of an owner. */
  departmentLimit: field(z.array(uuidSchema).min(1).max(departmentLimitMost).nullable(), { label: 'identity.user.departmentLimit', kind: 'list', sensitivity: 'internal' }),
  language: field(z.string().min(2).max(10), { label: 'identity.user.language', kind: 'choice', sensitivity: 'internal', filterable: true }),
  email: field(z.email().max(200).nullable(), { label: 'identity.user.email', kind: 'email', sensitivity: 'personal' }),
  phone: field(z.string().regex(/^\+[0-9]{7,15}$/, 'Must be + and 7 to 15 digits').nullable(), { label: 'identity.user.phone', kind: 'phone', sensitivity: 'personal' }),
  status: field(z.enum(userStatuses), { label: 'identity.user.status', kind: 'choice', sensitivity: 'internal', filterable: true, sortable: true }),
  /** False until the first login of somebody who was invited. */
  hasPassword: field(z.boolean(), { label: 'identity.user.hasPassword', kind: 'boolean', sensitivity: 'internal' }),
  createdAt: field(z.iso.datetime(), { label: 'identity.user.createdAt', kind: 'dateTime', sensitivity: 'internal', sortable: true })
})
export type User = z.infer<typeof userSchema>

/** Most people in one page. */
export const userPageSize = 5000
export const userListSchema = z.object({ users: z.array(userSchema), next: nextSchema })

/** Body of `POST /api/v1/users`. Without a password the person is let in by a link. A custom role brings its base: `role` must be it. */
export const newUserSchema = userSchema
  .pick({ login: true, name: true, role: true, customRoleId: true, departmentId: true, wardIds: true, departmentLimit: true, language: true, email: true, phone: true })
  .partial({ customRoleId: true, departmentId: true, wardIds: true, departmentLimit: true, email: true, phone: true })
  .extend({ password: passwordSchema.optional() })
export type NewUser = z.infer<typeof newUserSchema>

/** Body of `PATCH /api/v1/users/:id`: what is left out stays; another role without `customRoleId` ends a custom one. A new password or `disabled` ends all sessions of the user. */
export const userChangeSchema = userSchema
  .pick({ name: true, role: true, customRoleId: true, departmentId: true, wardIds: true, departmentLimit: true, language: true, email: true, phone: true, status: true })
  .extend({ password: passwordSchema })
  .partial()
export type UserChange = z.infer<typeof userChangeSchema>
