import type { Translate } from '#shared/i18n/translator.ts'
import { errorSummary, type PageError } from '../../../portal/fields.ts'
import { attributes, html, type Html } from '../../../portal/html.ts'
import { reportSteps, type ReportDraft, type ReportStep } from './report-draft.ts'

/** `Question 2 of 5`; the page of all answers has none. */
export function progressText(step: ReportStep, t: Translate): string {
  return t('portal.report.progress', { number: reportSteps.indexOf(step) + 1, total: reportSteps.length - 1 })
}

/** The page before a question: the one before it, or all answers where it was opened from there. */
export function backOf(step: ReportStep, draft: ReportDraft): string {
  if (draft.answers.checked && step !== 'check') return '/report/check'
  return `/report/${reportSteps[reportSteps.indexOf(step) - 1] ?? 'start'}`
}

/**
 * The frame of a question: what is wrong, progress, heading, form. The ids of the draft stand on the form, so that the
 * script can send the same report, once, from the device when the line breaks.
 */
export function questionForm(
  draft: ReportDraft,
  form: {
    step: ReportStep
    t: Translate
    action: string
    errors: readonly PageError[]
    heading: string | null
    files?: boolean
    body: Html
  }
): Html {
  const ids = {
    'data-step': form.step,
    'data-command': draft.commandId,
    'data-grievance': draft.grievanceId,
    'data-contact': draft.contactId,
    'data-number': draft.number
  }
  return html`${errorSummary(form.errors, form.t)}
${form.step !== 'check' && html`<p class="portal-progress">${progressText(form.step, form.t)}</p>`}
${form.heading !== null && html`<h1>${form.heading}</h1>`}
<form${attributes({ method: 'post', action: form.action, novalidate: true, class: 'portal-form', enctype: form.files ? 'multipart/form-data' : null, ...ids })}>${form.body}</form>`
}

export function continueButton(t: Translate): Html {
  return html`<p class="portal-actions"><button class="button button--primary button--tall" type="submit">${t('words.continue')}</button></p>`
}
