// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import type { PushAddress, PushResult } from '#client/device/push-subscription.ts'
import { mountInApp } from '#client/testing/mount-component.ts'
import PushSwitch from './PushSwitch.vue'

enableAutoUnmount(afterEach)

const address: PushAddress = { endpoint: 'https://push.test/1', p256dh: 'p', auth: 'a' }

async function show(result: PushResult, register: () => Promise<void> = async () => undefined) {
  let held: PushAddress | null = null
  const push = {
    subscribe: async () => {
      if (result.state === 'subscribed') held = result.address
      return result
    },
    current: async () => held,
    unsubscribe: async () => {
      held = null
      return true
    }
  }
  const known: PushAddress[] = []
  const props = {
    push,
    serverKey: 'key',
    register: async (one: PushAddress) => {
      await register()
      known.push(one)
    },
    unregister: async () => void known.pop()
  }
  const part = await mountInApp(PushSwitch, { props })
  await flushPromises()
  const tap = async () => {
    await part.get('button').trigger('click')
    await flushPromises()
  }
  return { part, tap, known, held: () => held }
}

describe('PushSwitch', () => {
  it('tells the server where notices go, and takes it back', async () => {
    const { part, tap, known } = await show({ state: 'subscribed', address })
    await tap()
    expect(known).toEqual([address])
    expect(part.text()).toContain('Switch notices off')
    await tap()
    expect(known).toEqual([])
    expect(part.text()).toContain('Tell me about new work')
  })

  it('keeps no subscription that the server does not know of', async () => {
    const { part, tap, held } = await show({ state: 'subscribed', address }, () => Promise.reject(new Error('offline')))
    await tap()
    expect(held()).toBeNull()
    expect(part.text()).toContain('so notices stay off')
  })

  it.each(['denied', 'dismissed', 'unsupported', 'timed-out'] as const)('answers kindly when the phone says %s', async (state) => {
    const { part, tap } = await show({ state })
    await tap()
    expect(part.get('[role="status"]').text()).not.toContain('field.push')
    expect(part.get('[role="status"]').text().length).toBeGreaterThan(20)
  })
})
