// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import ErrorSummary from './ErrorSummary.vue'

enableAutoUnmount(afterEach)
afterEach(() => document.body.replaceChildren())

const twoErrors = [
  { fieldId: 'place', message: 'Add the place' },
  { fieldId: 'kind', message: 'Choose what it is about' }
]

describe('ErrorSummary', () => {
  it('takes the focus when a try to send fails, and again on the next try', async () => {
    const summary = await mountInApp(ErrorSummary, { props: { errors: [] } })
    expect(summary.find('.error-summary').exists()).toBe(false)

    await summary.setProps({ errors: twoErrors })
    await flushPromises()
    expect(document.activeElement).toBe(summary.get('.error-summary').element)

    ;(document.activeElement as HTMLElement).blur()
    await summary.setProps({ errors: [...twoErrors] })
    await flushPromises()
    expect(document.activeElement).toBe(summary.get('.error-summary').element)
  })

  it('says how many things to mend in the reader’s language', async () => {
    const english = await mountInApp(ErrorSummary, { props: { errors: twoErrors } })
    expect(english.get('h2').text()).toBe('2 things need your attention')
    const hindi = await mountInApp(ErrorSummary, { props: { errors: twoErrors }, locale: 'hi' })
    expect(hindi.get('h2').text()).toBe('2 बातें ठीक करनी हैं')
  })

  it('leads to the field, and to the first choice of a group', async () => {
    const form = document.createElement('form')
    const input = Object.assign(document.createElement('input'), { id: 'place' })
    const group = Object.assign(document.createElement('fieldset'), { id: 'kind' })
    const radio = Object.assign(document.createElement('input'), { type: 'radio' })
    group.append(radio)
    form.append(input, group)
    document.body.append(form)
    const summary = await mountInApp(ErrorSummary, { props: { errors: twoErrors } })

    await summary.get('a[href="#place"]').trigger('click')
    expect(document.activeElement).toBe(input)
    await summary.get('a[href="#kind"]').trigger('click')
    expect(document.activeElement).toBe(radio)
  })
})
