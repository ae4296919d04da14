import { z } from 'zod'

/** What is kept for how long, in days. Each rule names a noun; what is shorter-lived by nature stands in docs/privacy.md. */
export interface RetentionRules {
  /** After a report is closed, rejected or withdrawn: name, contact, words, place and photos are erased, what is counted stays. */
  readonly closedReports: number
  /** After an issue is settled: the refused command and the values in conflict are emptied. */
  readonly settledIssues: number
  /** After its day: what went to an address is forgotten. */
  readonly messages: number
}

export const defaultRetention: RetentionRules = { closedReports: 1_095, settledIssues: 365, messages: 365 }

/** How many records each rule met, or in a dry run would meet. */
export type RetentionReport = Readonly<Record<keyof RetentionRules, number>>

export const retentionRuleNames = ['closedReports', 'settledIssues', 'messages'] as const satisfies readonly (keyof RetentionRules)[]
export type RetentionRule = (typeof retentionRuleNames)[number]

/** Bounds of the days of a rule: nothing is thrown away within a month. */
export const retentionDays = { least: 30, most: 36_500 } as const
export const retentionDaysSchema = z.coerce.number().int().min(retentionDays.least).max(retentionDays.most)

/** Days to try a rule with, each by its default or what is switched on where none is given. Query of `GET /api/v1/privacy/retention`. */
export const retentionTrialSchema = z.object({
  closedReports: retentionDaysSchema.optional(), settledIssues: retentionDaysSchema.optional(), messages: retentionDaysSchema.optional()
})

/** What the rules would meet now; nothing is changed by asking. */
export const retentionStateSchema = z.object({
  rules: z.array(z.object({ rule: z.enum(retentionRuleNames), on: z.boolean(), days: z.number().int(), due: z.number().int() }))
})
export type RetentionState = z.infer<typeof retentionStateSchema>

/** Switches one rule on with its days, or off with null. */
export const retentionChangeSchema = z.object({ rule: z.enum(retentionRuleNames), days: z.int().min(retentionDays.least).max(retentionDays.most).nullable() }).strict()
