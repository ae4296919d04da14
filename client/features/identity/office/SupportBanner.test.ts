// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { mountInApp } from '#client/testing/mount-component.ts'
import SupportBanner from './SupportBanner.vue'

enableAutoUnmount(afterEach)

const props = { name: 'Asha Rao', reason: 'Ticket 12: the inbox stays empty', until: '2026-03-02T08:30:00.000Z' }

it.each(['en', 'hi'] as const)('says as whom, why and until when by the clock of the office (%s), and cannot be closed', async (locale) => {
  const banner = await mountInApp(SupportBanner, { props, locale })
  expect(banner.text()).toContain('Asha Rao')
  expect(banner.text()).toContain('Ticket 12: the inbox stays empty')
  expect(banner.text()).toMatch(/0?2:00|14:00/)
  expect(banner.findAll('button, a, [role="button"]')).toEqual([])
})
