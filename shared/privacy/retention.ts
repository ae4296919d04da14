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
