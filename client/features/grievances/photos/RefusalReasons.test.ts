// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import type { ApiCall, ApiClient } from '#client/http/api-client.ts'
import { OfflineError } from '#client/http/api-error.ts'
import { mountInApp } from '#client/testing/mount-component.ts'
import RefusalReasons from './RefusalReasons.vue'

enableAutoUnmount(afterEach)

const [first, second, third] = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002', '0190a000-0000-7000-8000-000000000003'] as const
const reasons: Record<string, string> = { [first]: 'virus', [second]: 'damaged', [third]: 'virus' }

async function shown(photoIds: readonly string[], locale: 'en' | 'hi' = 'en', answers = true): Promise<string[]> {
  const call = async ({ body }: ApiCall<unknown>) => {
    const { photoId } = body as { photoId: string }
    if (!answers) throw new OfflineError('no line')
    return { state: 'refused', photoId, reason: reasons[photoId] }
  }
  const part = await mountInApp(RefusalReasons, { props: { photoIds, api: { call } as unknown as ApiClient }, locale })
  await flushPromises()
  return part.findAll('span').map((one) => one.text())
}

it('says in words why the office refused a photo, each reason once, in the language of the person', async () => {
  expect(await shown([first])).toEqual(['Reason: a virus was found.'])
  expect(await shown([first, second, third])).toEqual(['Reason: the picture is damaged.', 'Reason: a virus was found.'])
  expect((await shown([first], 'hi')).join()).toContain('वायरस')
})

it('says nothing while the office does not answer', async () => {
  expect(await shown([first], 'en', false)).toEqual([])
})
