import { z } from 'zod'
import { normalizePhone } from '#shared/people/phone.ts'
import { phoneInput, textInput, type PageError } from '../../../../portal/fields.ts'
import { attributes, html, type Html } from '../../../../portal/html.ts'
import type { ReportQuestion } from './report-step.ts'

const maxName = 120

/** Whom to answer. Everything is optional, and the page says what each thing is used for. */
export const contactQuestion: ReportQuestion = {
  step: 'contact',
  titleKey: 'portal.contact.title',
  fields({ t, entered, errors }, { offline }) {
    const optional = t('words.optional')
    return html`<p>${t('portal.contact.why')}</p>
${textInput({ name: 'name', label: t('portal.contact.name'), value: entered['name'] ?? '', errors, optional, complete: 'name', max: maxName })}
${phoneInput({ name: 'phone', label: t('portal.contact.phone'), hint: t('portal.contact.phoneHint'), value: entered['phone'] ?? '', errors, optional })}
${textInput({ name: 'email', label: t('portal.contact.email'), value: entered['email'] ?? '', errors, optional, type: 'email', complete: 'email', max: 200 })}
<div class="notice"><p>${t('portal.contact.consent')}</p>
<ul><li>${t('portal.contact.keeps')}</li><li>${t('portal.contact.updates')}</li><li>${t('portal.contact.howLong')}</li></ul></div>
${!offline && html`${checkBox('refusesUpdates', t('portal.contact.refuseUpdates'), entered)}${checkBox('survey', t('portal.contact.survey'), entered)}`}`
  },
  read({ t, text, countryCode }) {
    const errors: PageError[] = []
    const phone = text('phone') === '' ? '' : normalizePhone(text('phone'), countryCode)
    if (phone === null) errors.push({ field: 'phone', message: t('portal.contact.phoneWrong') })
    if (text('name').length > maxName) errors.push({ field: 'name', message: t('error.tooLong', { count: maxName }) })
    if (text('email') !== '' && !z.email().max(200).safeParse(text('email')).success) {
      errors.push({ field: 'email', message: t('portal.contact.emailWrong') })
    }
    if (errors.length > 0 || phone === null) return { errors }
    return { answers: { name: text('name'), phone, email: text('email'), refusesUpdates: text('refusesUpdates') === 'on', survey: text('survey') === 'on' } }
  },
  entered: (answers) => ({
    name: answers.name ?? '',
    phone: answers.phone ?? '',
    email: answers.email ?? '',
    refusesUpdates: answers.refusesUpdates ? 'on' : '',
    survey: answers.survey ? 'on' : ''
  })
}

function checkBox(name: string, label: string, entered: Readonly<Record<string, string>>): Html {
  const checked = entered[name] === 'on'
  return html`<p><label class="tile"><input${attributes({ type: 'checkbox', name, value: 'on', checked })}><span>${label}</span></label></p>`
}
