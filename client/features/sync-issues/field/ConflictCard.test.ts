// @vitest-environment happy-dom
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import type { SyncIssue } from '#shared/sync-issues/sync-issue.ts'
import { mountInApp } from '#client/testing/mount-component.ts'
import ConflictCard from './ConflictCard.vue'

enableAutoUnmount(afterEach)

const issue = { id: 'i', authorName: 'Asha', claimedAt: '2026-11-21T05:00:00Z', receivedAt: '2026-11-21T06:00:00Z' } as SyncIssue
const props = {
  issue,
  record: 'SAM-7K2Q9-D1F4M-C',
  fieldLabel: 'Landmark',
  values: { yours: 'Near the dairy', theirs: 'Opposite the school', base: null },
  standing: 'theirs' as const,
  isAuthor: true,
  now: Date.parse('2026-11-21T07:00:00Z')
}

describe('ConflictCard', () => {
  it('shows both values, who wrote them and when, and which one stands now', async () => {
    const card = await mountInApp(ConflictCard, { props })
    const [yours, theirs] = card.findAll('.side')
    expect(yours!.text()).toMatch(/Yours.*today 10:30.*Near the dairy/s)
    expect(theirs!.text()).toMatch(/Office.*in the record now.*Opposite the school/s)
  })

  it('decides nothing by itself: without a choice it asks for one', async () => {
    const card = await mountInApp(ConflictCard, { props })
    await card.get('form').trigger('submit')
    expect(card.emitted('settle')).toBeUndefined()
    expect(card.get('.field__error').text()).toBe('Choose which one is right.')
  })

  it('gives the side that was chosen', async () => {
    const card = await mountInApp(ConflictCard, { props })
    await card.get('input[value="yours"]').setValue(true)
    await card.get('form').trigger('submit')
    expect(card.emitted('settle')).toEqual([['yours']])
  })

  it('names the author to somebody else', async () => {
    const card = await mountInApp(ConflictCard, { props: { ...props, isAuthor: false } })
    expect(card.findAll('.side')[0]!.text()).toContain('Asha')
  })
})
