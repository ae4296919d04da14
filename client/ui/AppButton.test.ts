// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import AppButton from './AppButton.vue'

enableAutoUnmount(afterEach)

it('does its work once: while busy it keeps the focus, says so and ignores clicks', async () => {
  const onClick = vi.fn()
  const button = await mountInApp(AppButton, {
    props: { busyText: 'Sending' },
    attrs: { onClick },
    slots: { default: 'Send' }
  })
  ;(button.element as HTMLElement).focus()
  await button.trigger('click')
  await button.setProps({ busy: true })
  await button.trigger('click')
  expect(onClick).toHaveBeenCalledTimes(1)
  expect(button.text()).toBe('Sending')
  expect(document.activeElement).toBe(button.element)
})
