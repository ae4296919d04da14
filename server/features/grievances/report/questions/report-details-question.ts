import { textArea } from '../../../../portal/fields.ts'
import type { ReportQuestion } from './report-step.ts'

const maxDescription = 4000

/** What the trouble is, in the citizen's own words. */
export const detailsQuestion: ReportQuestion = {
  step: 'details',
  titleKey: 'portal.details.title',
  fields: ({ t, entered, errors }) =>
    textArea({
      name: 'description',
      label: t('portal.details.label'),
      hint: t('portal.details.hint'),
      value: entered['description'] ?? '',
      errors,
      max: maxDescription
    }),
  read({ t, text }) {
    const description = text('description')
    if (description.length < 3) return { errors: [{ field: 'description', message: t('portal.details.missing') }] }
    if (description.length > maxDescription)
      return { errors: [{ field: 'description', message: t('error.tooLong', { count: maxDescription }) }] }
    return { answers: { description } }
  },
  entered: (answers) => ({ description: answers.description ?? '' })
}
