import { z } from 'zod'

/** The questions in their order, one page each; `check` shows all answers before they are sent. */
export const reportSteps = ['category', 'place', 'details', 'photo', 'contact', 'check'] as const
export type ReportStep = (typeof reportSteps)[number]

/** What a citizen has answered so far. Absent: not asked yet; empty text or null: asked and left empty. */
export const reportAnswersSchema = z.object({
  categoryId: z.uuid().optional(),
  landmark: z.string().max(300).optional(),
  wardId: z.uuid().nullable().optional(),
  latitude: z.number().nullable().optional(),
  longitude: z.number().nullable().optional(),
  accuracyMetres: z.number().nullable().optional(),
  description: z.string().max(4000).optional(),
  photosAsked: z.boolean().optional(),
  name: z.string().max(120).optional(),
  /** E.164, or '' when none was given. */
  phone: z.string().optional(),
  email: z.string().optional(),
  /** Asked on the page with a network only; the offline page has no choices. */
  refusesUpdates: z.boolean().optional(),
  survey: z.boolean().optional(),
  /** The answers were seen together once: from now on each change leads back there. */
  checked: z.boolean().optional()
})
export type ReportAnswers = z.infer<typeof reportAnswersSchema>

export interface ReportDraft {
  /** SHA-256 of the cookie's value. */
  readonly id: string
  readonly answers: ReportAnswers
  readonly commandId: string
  readonly grievanceId: string
  readonly contactId: string
  readonly number: string
  readonly photos: readonly { id: string; sha256: string; size: number }[]
  /** ISO 8601, server clock. */
  readonly filedAt: string | null
}

export const draftLimits = { photos: 3, photoBytes: 10_000_000, hours: 24 } as const

/** The first question that still needs an answer; `check` when none does. */
export function nextStep(answers: ReportAnswers): ReportStep {
  if (answers.categoryId === undefined) return 'category'
  if (answers.landmark === undefined) return 'place'
  if (answers.description === undefined) return 'details'
  if (answers.photosAsked === undefined) return 'photo'
  return answers.phone === undefined ? 'contact' : 'check'
}

/** Where a saved answer leads: to the next question, or back to all answers once they were seen. */
export function stepAfter(step: ReportStep, answers: ReportAnswers): ReportStep {
  if (answers.checked) return nextStep(answers)
  return reportSteps[reportSteps.indexOf(step) + 1] ?? 'check'
}

/** Whether a page may be opened: every question before it has its answer. */
export function mayOpen(step: ReportStep, answers: ReportAnswers): boolean {
  return reportSteps.indexOf(step) <= reportSteps.indexOf(nextStep(answers))
}
