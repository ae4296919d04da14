import { z } from 'zod'
import type { OfficeRole } from './actor.ts'

export const secondStepKinds = ['totp', 'email'] as const
export type SecondStepKind = (typeof secondStepKinds)[number]

/** Reply of `GET /api/v1/session/second-step`; `kind` is null where the password alone lets in. */
export const secondStepSchema = z.object({ kind: z.enum(secondStepKinds).nullable(), recoveryCodesLeft: z.int().nonnegative() })
export type SecondStep = z.infer<typeof secondStepSchema>

/** Body of `POST /api/v1/session/second-step`: begins to set one up. It asks for nothing before it was confirmed. */
export const secondStepStartSchema = z.object({ kind: z.enum(secondStepKinds), password: z.string().min(1).max(200) })

/** What an app that shows codes is given, as text and as the address of a QR code; nulls for e-mail. */
export const secondStepSetupSchema = z.object({ secret: z.string().nullable(), uri: z.string().nullable() })
export type SecondStepSetup = z.infer<typeof secondStepSetupSchema>

/** Six digits, or a recovery code; spaces and dashes are for the eye. */
export const stepCodeSchema = z.string().trim().min(1).max(40)

export const secondStepConfirmSchema = z.object({ code: stepCodeSchema })
/** Shown once; each lets in once when the phone is gone. */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) })

/** Body of `POST /api/v1/session/second-step/remove`. */
export const secondStepRemoveSchema = z.object({ password: z.string().min(1).max(200) })

/** Roles of which an office can want a second step. Field workers log in on phones that must save without a network: decision 36. */
export const stepRuleRoles = ['owner', 'officer', 'viewer'] as const satisfies readonly OfficeRole[]

/** Reply and body of `/api/v1/second-step-rule`. A role that the office made counts as its base. */
export const secondStepRuleSchema = z.object({ roles: z.array(z.enum(stepRuleRoles)).max(stepRuleRoles.length) })
export type SecondStepRule = z.infer<typeof secondStepRuleSchema>

/** What a limited session is told to do: set a second step up, or, where there is one, log in again and show it. */
export const stepDues = ['set_up', 'log_in'] as const
export type StepDue = (typeof stepDues)[number]

/** Codes are compared without what people write between their parts. */
export function plainCode(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase()
}
