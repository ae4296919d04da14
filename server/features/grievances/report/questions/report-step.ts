import type { Locale } from '#shared/i18n/language.ts'
import type { Translate } from '#shared/i18n/translator.ts'
import type { PageError } from '../../../../portal/fields.ts'
import type { Html } from '../../../../portal/html.ts'
import type { PortalCategory, PortalWard } from '../../pages/grievance-pages-store.ts'
import type { ReportAnswers, ReportStep } from '../report-draft.ts'

/** What a question's fields need to be shown. `entered` is what stands in them, by field name. */
export interface StepView {
  readonly t: Translate
  readonly locale: Locale
  readonly entered: Readonly<Record<string, string>>
  readonly errors: readonly PageError[]
  readonly categories: readonly PortalCategory[]
  readonly wards: readonly PortalWard[]
}

/** What a question's answer is judged by. */
export interface StepInput {
  readonly t: Translate
  text(name: string): string
  readonly categories: readonly PortalCategory[]
  readonly wards: readonly PortalWard[]
  /** Digits before a national phone number, without `+`. */
  readonly countryCode: string
}

export type StepResult = { readonly answers: ReportAnswers } | { readonly errors: readonly PageError[] }

/** One question: its fields, and how what was entered becomes an answer. The same fields stand on the offline page. */
export interface ReportQuestion {
  readonly step: ReportStep
  /** Key of the page's heading. */
  readonly titleKey: string
  /** `alone`: the question is alone on its page and its legend is the heading. `offline`: it stands on the page that is saved on a device. */
  fields(view: StepView, place: { alone: boolean; offline?: boolean }): Html
  read(input: StepInput): StepResult
  /** What stands in the fields when the page is opened again. */
  entered(answers: ReportAnswers): Record<string, string>
}
