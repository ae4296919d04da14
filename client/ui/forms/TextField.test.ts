// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import TextField from './TextField.vue'

enableAutoUnmount(afterEach)

describe('TextField', () => {
  it('tells a screen reader its label, hint and error', async () => {
    const field = await mountInApp(TextField, {
      props: { id: 'phone', label: 'Phone', hint: 'Ten digits', error: 'Add the number' }
    })
    const input = field.get('input').element
    const described = (input.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent)
    expect(document.querySelector('label[for="phone"]')?.textContent?.trim()).toBe('Phone')
    expect(described).toEqual(['Ten digits', 'Add the number'])
    expect(input.getAttribute('aria-invalid')).toBe('true')
  })

  it('has no dangling description and is not invalid without hint and error', async () => {
    const field = await mountInApp(TextField, { props: { label: 'Phone' } })
    const input = field.get('input').element
    expect([input.hasAttribute('aria-describedby'), input.hasAttribute('aria-invalid')]).toEqual([false, false])
  })

  it('passes attributes such as autocomplete to the input and gives back what was written', async () => {
    const field = await mountInApp(TextField, {
      props: { label: 'Phone' },
      attrs: { autocomplete: 'tel', inputmode: 'tel' }
    })
    expect(field.get('input').attributes()).toMatchObject({ autocomplete: 'tel', inputmode: 'tel' })
    await field.get('input').setValue('98450')
    expect(field.emitted('update:modelValue')).toEqual([['98450']])
  })
})
