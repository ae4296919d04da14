// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import ConfirmDialog from './ConfirmDialog.vue'

enableAutoUnmount(afterEach)

const question = { open: true, title: 'Delete these records?', confirmLabel: 'Delete', count: 12431, danger: true }

describe('ConfirmDialog', () => {
  it('names how many records change, in the text and on the button', async () => {
    const dialog = await mountInApp(ConfirmDialog, { props: question })
    expect(dialog.text()).toContain('This changes 12,431 records.')
    expect(dialog.get('.button--danger').text()).toBe('Delete (12,431)')
  })

  it('says one record as one', async () => {
    const dialog = await mountInApp(ConfirmDialog, { props: { ...question, count: 1 }, locale: 'hi' })
    expect(dialog.text()).toContain('इससे 1 रिकॉर्ड बदलेगा।')
  })

  it('does nothing more than close on cancel', async () => {
    const dialog = await mountInApp(ConfirmDialog, { props: question })
    await dialog.get('.foot .button--secondary').trigger('click')
    expect(dialog.emitted('update:open')).toEqual([[false]])
    expect(dialog.emitted('confirm')).toBeUndefined()
  })

  it('cannot be confirmed twice nor left while the work runs', async () => {
    const dialog = await mountInApp(ConfirmDialog, { props: question })
    await dialog.get('.button--danger').trigger('click')
    await dialog.setProps({ busy: true })
    await dialog.get('.button--danger').trigger('click')
    await dialog.get('.foot .button--secondary').trigger('click')
    expect(dialog.emitted('confirm')).toHaveLength(1)
    expect(dialog.emitted('update:open')).toBeUndefined()
    const cancel = new Event('cancel', { cancelable: true })
    dialog.get('dialog').element.dispatchEvent(cancel)
    expect(cancel.defaultPrevented).toBe(true)
  })
})
