import { nameIn } from '#shared/departments/category.ts'
import { toLatinDigits } from '#shared/i18n/native-digits.ts'
import { hiddenFields, selectInput, textInput, type PageError } from '../../../../portal/fields.ts'
import { html } from '../../../../portal/html.ts'
import type { ReportAnswers } from '../report-draft.ts'
import type { ReportQuestion, StepInput } from './report-step.ts'

const maxLandmark = 300

/** Where it is: words that a stranger could find it by, or the position of the phone; the ward if it is known. */
export const placeQuestion: ReportQuestion = {
  step: 'place',
  titleKey: 'portal.place.title',
  fields({ t, locale, entered, errors, wards }) {
    const choices = wards.map((ward) => ({
      value: ward.id,
      label: [ward.number, nameIn(locale, ward)].filter(Boolean).join(' · ')
    }))
    return html`${textInput({
      name: 'landmark',
      label: t('portal.place.landmark'),
      hint: t('portal.place.landmarkHint'),
      value: entered['landmark'] ?? '',
      errors,
      complete: 'street-address',
      max: maxLandmark
    })}
<div class="field locate" data-locate hidden><button class="button" type="button">${t('portal.place.locate')}</button>
<p class="hint" role="status" data-searching="${t('portal.place.searching')}" data-found="${t('portal.place.found')}" data-denied="${t('portal.place.denied')}" data-failed="${t('portal.place.failed')}"></p></div>
${hiddenFields({ latitude: entered['latitude'], longitude: entered['longitude'], accuracy: entered['accuracy'] })}
${
  choices.length > 0 &&
  selectInput({
    name: 'ward',
    label: t('portal.place.ward'),
    hint: t('portal.place.wardHint'),
    optional: t('words.optional'),
    value: entered['ward'] ?? '',
    errors,
    choices,
    empty: t('portal.place.wardUnknown')
  })
}`
  },
  read(input) {
    const errors = placeErrors(input)
    return errors.length > 0 ? { errors } : { answers: placeAnswers(input) }
  },
  entered: (answers) => ({
    landmark: answers.landmark ?? '',
    ward: answers.wardId ?? '',
    latitude: String(answers.latitude ?? ''),
    longitude: String(answers.longitude ?? ''),
    accuracy: String(answers.accuracyMetres ?? '')
  })
}

function placeErrors({ t, text, wards }: StepInput): PageError[] {
  const errors: PageError[] = []
  const landmark = text('landmark')
  if (landmark.length < 3 && positionOf(text) === null)
    errors.push({ field: 'landmark', message: t('portal.place.missing') })
  if (landmark.length > maxLandmark)
    errors.push({ field: 'landmark', message: t('error.tooLong', { count: maxLandmark }) })
  if (text('ward') !== '' && !wards.some(({ id }) => id === text('ward'))) {
    errors.push({ field: 'ward', message: t('portal.place.wardGone') })
  }
  return errors
}

function placeAnswers({ text }: StepInput): ReportAnswers {
  const position = positionOf(text)
  return {
    landmark: text('landmark'),
    wardId: text('ward') || null,
    latitude: position?.latitude ?? null,
    longitude: position?.longitude ?? null,
    accuracyMetres: position?.accuracyMetres ?? null
  }
}

/** The position the phone put into the form; null when there is none that can be. */
export function positionOf(
  text: (name: string) => string
): { latitude: number; longitude: number; accuracyMetres: number | null } | null {
  const [latitude, longitude, accuracy] = ['latitude', 'longitude', 'accuracy'].map((name) => numberOf(text(name)))
  if (latitude == null || longitude == null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null
  return { latitude, longitude, accuracyMetres: accuracy != null && accuracy >= 0 ? accuracy : null }
}

function numberOf(text: string): number | null {
  const plain = toLatinDigits(text)
  return /^-?\d{1,9}(\.\d{1,20})?$/.test(plain) ? Number(plain) : null
}
