import { z } from 'zod'
import type { AccessAction } from './access-policy.ts'

/** That the operator works in the office as one of its people, at most until `until` (server clock). */
export const impersonationSchema = z.object({ reason: z.string(), until: z.iso.datetime() })
export type Impersonation = z.infer<typeof impersonationSchema>

/** What the operator asks for: a reason that the office reads, and for how long, in minutes. */
export const impersonationRequestSchema = z.object({
  reason: z.string().trim().min(10).max(300),
  minutes: z.int().min(1).max(60)
})
export type ImpersonationRequest = z.infer<typeof impersonationRequestSchema>

/**
 * What is left of a person's actions while the operator stands in: to look at the work. People's accounts are seen and never changed; the
 * audit, exports, privacy, the contacts of citizens and refused commands (which hold contacts) are not in it, and what is not listed is refused.
 */
const impersonatedActions: readonly AccessAction[] = ['ward.read', 'grievance.read', 'person.read', 'message.read', 'user.read', 'device.read']

/** Of the actions of a person's custom role, or null for a role as it stands, those that the operator has in the person's place. */
export function actionsLeft(actions: readonly string[] | null): string[] {
  return impersonatedActions.filter((action) => actions?.includes(action) ?? true)
}
