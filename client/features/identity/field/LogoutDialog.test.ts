// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import LogoutDialog from './LogoutDialog.vue'

enableAutoUnmount(afterEach)

const unsent = [
  { id: 'one', name: 'SAM-7K2Q9-D1F4M-C', kind: 'New grievance' },
  { id: 'two', name: 'Sunita Devi', kind: 'New person' }
]
const show = (things: typeof unsent) => mountInApp(LogoutDialog, { props: { open: true, unsent: things } })
const buttons = (dialog: Awaited<ReturnType<typeof show>>) => dialog.findAll('.foot button').map((button) => button.text())

describe('LogoutDialog', () => {
  it('refuses to log out while something is unsent, and names it', async () => {
    const dialog = await show(unsent)
    expect(dialog.text()).toContain('2 things on this phone have not been sent yet.')
    expect(dialog.text()).toContain('Give up SAM-7K2Q9-D1F4M-C')
    expect(buttons(dialog)).toEqual(['Cancel'])
    await dialog.findAll('button').find((button) => button.text() === 'Sync now')!.trigger('click')
    expect(dialog.emitted('sendNow')).toHaveLength(1)
  })

  it('lets go only when each thing was given up by its name', async () => {
    const dialog = await show(unsent)
    const [first, second] = dialog.findAll('input[type="checkbox"]')
    await first!.setValue(true)
    expect(buttons(dialog)).toEqual(['Cancel'])
    await second!.setValue(true)
    expect(buttons(dialog)).toEqual(['Cancel', 'Log out and delete 2 things'])
    await dialog.get('.foot .button--danger').trigger('click')
    expect(dialog.emitted('giveUp')).toEqual([[['one', 'two']]])
  })

  it('asks again when something was saved in the meantime', async () => {
    const dialog = await show(unsent.slice(0, 1))
    await dialog.get('input').setValue(true)
    expect(buttons(dialog)).toHaveLength(2)
    await dialog.setProps({ unsent })
    expect(buttons(dialog)).toEqual(['Cancel'])
  })

  it('offers to keep or to remove the data when the office has everything', async () => {
    const dialog = await show([])
    for (const words of ['keep the data for next time', 'remove my data']) {
      await dialog.findAll('button').find((button) => button.text().includes(words))!.trigger('click')
    }
    expect(dialog.emitted('logout')).toEqual([[true], [false]])
  })
})
