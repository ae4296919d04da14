import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { nextSchema } from '../list-page.ts'
import { accessActions, mayDo, mayDoToAll, unchosenActions, type AccessAction } from './access-policy.ts'
import { officeRoleSchema, type Actor, type OfficeRole } from './actor.ts'
import { fieldMaskSchema, fieldMasks } from './field-mask.ts'

const actionSchema = z.enum(accessActions as [AccessAction, ...AccessAction[]])

/** A role that an office made: part of what its base may do. `people`: how many have it. */
export const customRoleSchema = z.object({
  id: uuidSchema,
  name: z.string().trim().min(1).max(60),
  baseRole: officeRoleSchema,
  actions: z.array(actionSchema).max(200),
  /** Fields that are hidden from those who have it. */
  masks: z.array(fieldMaskSchema).max(20),
  people: z.int()
})
export type CustomRole = z.infer<typeof customRoleSchema>

export const rolePageSize = 500
export const customRoleListSchema = z.object({ roles: z.array(customRoleSchema), next: nextSchema })

/** Body of `POST /api/v1/roles`. */
export const newRoleSchema = customRoleSchema.omit({ id: true, people: true }).strict()
export type NewRole = z.infer<typeof newRoleSchema>

/** Body of `PATCH /api/v1/roles/:id`: what is left out stays. The base never changes. */
export const roleChangeSchema = newRoleSchema.omit({ baseRole: true }).partial()
export type RoleChange = z.infer<typeof roleChangeSchema>

/** What may be chosen for a custom role of this base, in the order of the policy. */
export function choosableActions(baseRole: OfficeRole): AccessAction[] {
  return accessActions.filter((action) => !unchosenActions.includes(action) && mayDo(baseRole, action))
}

/** Someone's rights: those of a person, or those that a role would give. */
export type Rights = Pick<Actor, 'role' | 'actions' | 'masks'>

/**
 * Nobody can grant what he does not have: every action, to the same records or fewer, and no field that is hidden from him.
 * The same rule guards changing somebody: who may set another's password could act as him.
 */
export function mayGrant(granter: Rights, granted: Rights): boolean {
  const actions = accessActions.filter((action) => mayDo(granted, action))
  const holds = actions.every((action) => mayDo(granter, action) && (mayDoToAll(granter, action) || !mayDoToAll(granted, action)))
  return holds && fieldMasks.every((mask) => !granter.masks?.includes(mask) || granted.masks?.includes(mask) === true)
}
