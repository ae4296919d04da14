import { z } from 'zod'

/** Roles of the people of an office. A citizen has no account, the system no person, a machine a key; all are actors all the same. */
export const officeRoles = ['owner', 'officer', 'field_worker', 'viewer'] as const
export const actorRoles = [...officeRoles, 'citizen', 'system', 'machine'] as const

export const officeRoleSchema = z.enum(officeRoles)
export const actorRoleSchema = z.enum(actorRoles)
export type OfficeRole = z.infer<typeof officeRoleSchema>
export type ActorRole = z.infer<typeof actorRoleSchema>

/**
 * Who acts. On the server it is built from the server's own rows, never from what a request claims; on the device
 * it is what the last login said, good enough to show what would be allowed.
 */
export const actorSchema = z.object({
  tenantId: z.uuid(),
  role: actorRoleSchema,
  /** null for citizens, machines and the system. */
  userId: z.uuid().nullable(),
  deviceId: z.uuid().nullable(),
  /** Shown in timelines inside the office; never shown to citizens. */
  name: z.string(),
  departmentId: z.uuid().nullable(),
  /** Wards assigned to the person. Empty for owner, officer and viewer, who see every ward. */
  wardIds: z.array(z.uuid()),
  /** The departments whose grievances he may see and act upon, beside his own and those assigned to him. Missing: all of them. */
  departmentLimit: z.array(z.uuid()).optional(),
  /** Of a custom role: the actions of the base role that are left, and the fields that are hidden. Missing: the role as it stands. */
  actions: z.array(z.string()).optional(),
  masks: z.array(z.string()).optional(),
  /** Of a machine: the API key it came with. Its `actions` are the scopes of the key. */
  keyId: z.uuid().optional()
})
export type Actor = z.infer<typeof actorSchema>
