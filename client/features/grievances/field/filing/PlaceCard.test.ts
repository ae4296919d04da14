// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, reactive } from 'vue'
import type { Ward } from '#shared/territories/ward.ts'
import type { LocationResult } from '#client/device/location.ts'
import { mountInApp } from '#client/testing/mount-component.ts'
import type { DraftPlace } from './grievance-draft.ts'
import PlaceCard from './PlaceCard.vue'

enableAutoUnmount(afterEach)

const square = (west: number, south: number) => ({
  type: 'Polygon' as const,
  coordinates: [[[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]] as [number, number][]]
})
const wards: Ward[] = [
  { id: 'a', type: 'ward', number: '82', name: 'Halasuru', names: {}, outline: square(76, 12) },
  { id: 'b', type: 'ward', number: '83', name: 'Ulsoor', names: { hi: 'अलसूर' }, outline: square(77, 12) }
]
const at = (latitude: number, longitude: number): LocationResult => ({ state: 'found', position: { latitude, longitude, accuracyM: 14, at: 0 } })

async function showCard(answer: LocationResult, start: { wardId?: string; wardChosen?: boolean } = {}) {
  const state = reactive({ place: null as DraftPlace | null, landmark: '', wardId: '', wardChosen: false, ...start })
  const location = { locate: async () => answer, permission: async () => 'prompt' as const }
  const page = defineComponent({
    setup: () => () =>
      h(PlaceCard, {
        ...state,
        wards,
        location,
        'onUpdate:place': (value: DraftPlace | null) => (state.place = value),
        'onUpdate:landmark': (value: string) => (state.landmark = value),
        'onUpdate:wardId': (value: string) => (state.wardId = value),
        'onUpdate:wardChosen': (value: boolean) => (state.wardChosen = value)
      })
  })
  const card = await mountInApp(page)
  const locate = async () => {
    await card.findAll('button').find((button) => button.text().includes('Use my location'))!.trigger('click')
    await flushPromises()
  }
  return { card, state, locate }
}

describe('PlaceCard', () => {
  it('finds the ward on the device and says how exact the place is', async () => {
    const { card, state, locate } = await showCard(at(12.4, 77.6))
    await locate()
    expect(state).toMatchObject({ wardId: 'b', place: { latitude: 12.4, longitude: 77.6, accuracyMetres: 14 } })
    expect(card.text()).toContain('83 Ulsoor')
    expect(card.text()).toContain('Exact to about 14 m')
  })

  it('leaves a ward alone that was chosen by hand', async () => {
    const { state, locate } = await showCard(at(12.4, 77.6), { wardId: 'a', wardChosen: true })
    await locate()
    expect(state.wardId).toBe('a')
  })

  it('keeps the place and says so when it lies outside all wards', async () => {
    const { card, state, locate } = await showCard(at(50, 8))
    await locate()
    expect(state.wardId).toBe('')
    expect(card.text()).toContain('Outside the wards we know')
  })

  it('offers the other ways when the phone does not share the place', async () => {
    const { card, state, locate } = await showCard({ state: 'denied' })
    await locate()
    expect(state.place).toBeNull()
    expect(card.get('.notice').text()).toContain('Choose the ward and write a landmark instead')
    await card.get('select').setValue('b')
    expect(state).toMatchObject({ wardId: 'b', wardChosen: true })
  })
})
