// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import PinForm from './PinForm.vue'
import UnlockForm from './UnlockForm.vue'

enableAutoUnmount(afterEach)

describe('PinForm', () => {
  it('takes a PIN only when it is typed twice the same and is not easily guessed', async () => {
    const form = await mountInApp(PinForm, { props: { hasPin: false } })
    const type = async (next: string, again: string) => {
      await form.get('#pin-next').setValue(next)
      await form.get('#pin-again').setValue(again)
      await form.get('form').trigger('submit')
    }
    await type('1234', '1234')
    expect(form.text()).toContain('too easy to guess')
    await type('4071', '4017')
    expect(form.text()).toContain('not the same')
    expect(form.emitted('save')).toBeUndefined()
    await type('4071', '4071')
    expect(form.emitted('save')).toEqual([[null, '4071']])
  })

  it('asks for the present PIN to change or remove it', async () => {
    const form = await mountInApp(PinForm, { props: { hasPin: true } })
    await form.get('#pin-current').setValue('4071')
    await form.findAll('button').find((button) => button.text() === 'Remove the PIN')!.trigger('click')
    expect(form.emitted('save')).toEqual([['4071', null]])
  })
})

describe('UnlockForm', () => {
  it('says how many tries are left and sends nothing while one has to wait', async () => {
    const form = await mountInApp(UnlockForm, { props: { left: null, waitMs: 0 } })
    await form.get('#unlock-pin').setValue('4071')
    await form.get('form').trigger('submit')
    expect(form.emitted('unlock')).toEqual([['4071']])
    await form.setProps({ left: 6, waitMs: 15_000 })
    expect(form.text()).toContain('6 more tries')
    expect(form.text()).toContain('Wait 15 seconds')
    expect((form.get('#unlock-pin').element as HTMLInputElement).value).toBe('')
    await form.get('#unlock-pin').setValue('1704')
    await form.get('form').trigger('submit')
    expect(form.emitted('unlock')).toHaveLength(1)
  })
})
