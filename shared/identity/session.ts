import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { rescueKeySchema } from '../rescue/rescue-key.ts'
import { tenantInfoSchema } from '../tenants/tenant.ts'
import type { AccessAction } from './access-policy.ts'
import { actorSchema, officeRoleSchema } from './actor.ts'
import { impersonationSchema } from './impersonation.ts'
import { stepCodeSchema, stepDues } from './second-step.ts'
import { passwordSchema } from './user.ts'

/** The device that somebody logs in on. */
export const loginDeviceSchema = z.object({
  id: uuidSchema,
  /** What the office sees in its list, e.g. "Chrome on Android". */
  label: z.string().trim().max(80).default(''),
  appVersion: z.string().max(40).optional()
})
export type LoginDevice = z.input<typeof loginDeviceSchema>

/** Body of `POST /api/v1/session`. The device keeps its id over logouts; the server may answer with another one. */
export const loginSchema = z.object({
  login: z.string().trim().min(1).max(80),
  password: z.string().min(1).max(200),
  /** Of the second step, where the answer without one was a 401 that names `code`. */
  code: stepCodeSchema.optional(),
  device: loginDeviceSchema
})
export type LoginBody = z.input<typeof loginSchema>

/** Body of `POST /api/v1/session/password`: a person's own new password. Ends the person's other sessions. */
export const passwordChangeSchema = z.object({ current: z.string().min(1).max(200), next: passwordSchema })

export const sessionUserSchema = z.object({
  id: uuidSchema,
  name: z.string(),
  role: officeRoleSchema,
  departmentId: uuidSchema.nullable(),
  language: z.string()
})
export type SessionUser = z.infer<typeof sessionUserSchema>

/** Any text: an app that is older than the server must not stumble over an action it does not know. */
const accessActionSchema = z.string() as unknown as z.ZodType<AccessAction, AccessAction>

/** Who is logged in, and what the screens need to know about it. Reply of `GET /api/v1/session`. */
export const sessionInfoSchema = z.object({
  user: sessionUserSchema,
  /** The same facts in the form that the shared rules take. */
  actor: actorSchema,
  /** Wards assigned to the person; empty for those who see every ward. */
  wardIds: z.array(uuidSchema),
  tenant: tenantInfoSchema,
  /** The device's id from now on, part of the names of its local databases. */
  deviceId: uuidSchema,
  /** Actions the person may take, from the access policy. */
  actions: z.array(accessActionSchema),
  /** For the push subscription; null where web push is not configured. */
  vapidPublicKey: z.string().nullable(),
  /** What a rescue file is sealed with; kept by the device for when there is no network. Missing in what an older server said. */
  rescueKey: rescueKeySchema.optional(),
  /** What receipts are signed with (Ed25519, raw, base64url), for the phone to check them. Missing in what an older server said. */
  receiptKey: rescueKeySchema.optional(),
  /** The office wants a second step of this role and the login showed none: nothing but this is open. */
  secondStepDue: z.enum(stepDues).optional(),
  /** What receipts were signed with before, while the office's server still knows it. */
  formerReceiptKeys: z.array(rescueKeySchema).optional(),
  /** Where it is not the person but the operator in the person's place. */
  impersonation: impersonationSchema.optional()
})
export type SessionInfo = z.infer<typeof sessionInfoSchema>

/**
 * Reply of login and of `POST /api/v1/session/refresh`. The refresh token is in an HttpOnly cookie, never in the body.
 * Devices count down `expiresInMs` on their own clock: theirs and the server's may differ by hours.
 */
export const sessionReplySchema = sessionInfoSchema.extend({
  accessToken: z.string(),
  /** The server's share of the key to this person's copies on this device: 32 bytes. Only ever kept where it cannot be read out. */
  deviceShare: z.base64url().length(43).optional(),
  /** Server clock. */
  expiresAt: z.iso.datetime(),
  expiresInMs: z.int().positive()
})
export type SessionReply = z.infer<typeof sessionReplySchema>
