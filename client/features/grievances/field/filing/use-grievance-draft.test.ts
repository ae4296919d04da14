// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { Outbox } from '#client/local-store/outbox.ts'
import { mountInApp } from '#client/testing/mount-component.ts'
import { createDraftStore } from './draft-store.ts'
import type { GrievanceDraft } from './grievance-draft.ts'
import { useGrievanceDraft, type DraftInHand } from './use-grievance-draft.ts'

enableAutoUnmount(afterEach)

let person = 0
const emptyDraft = (): GrievanceDraft => ({
  grievanceId: '01a1f452-ab85-7c20-bf60-9c6a8a878978',
  number: 'SAM-7K2Q9-D1F4M-C',
  contactId: '01a1f452-ab85-7c20-bf60-9c6a8a878979',
  startedAt: 1_000,
  savedAt: null,
  categoryId: '',
  description: '',
  photos: [],
  place: null,
  landmark: '',
  wardId: '',
  wardChosen: false,
  personId: null,
  householdId: null,
  reporterName: '',
  reporterPhone: '',
  knownPhone: null,
  isPrivate: false
})

/** The app, killed and opened again: a new connection to the same database. */
const openStore = (userId: string) => createDraftStore(new Outbox({ tenantSlug: 'ward', userId, deviceId: 'phone' }))

async function writeDraft(userId: string) {
  const scaled = { blob: new Blob(['a photo']), type: 'image/jpeg', sha256: 'ab'.repeat(32), width: 2, height: 2 }
  let hand!: DraftInHand
  const form = defineComponent({
    setup() {
      const tools = { store: openStore(userId), clock: { now: () => 5_000 }, newId: () => 'photo-1', scale: async () => ({ state: 'scaled' as const, photo: scaled }) }
      hand = useGrievanceDraft(emptyDraft(), tools)
      return () => h('form')
    }
  })
  return { wrapper: await mountInApp(form), hand: () => hand }
}

describe('a grievance that is being written', () => {
  it('is kept with its photo when the page is left in the middle of a word', async () => {
    const user = `user-${++person}`
    const { wrapper, hand } = await writeDraft(user)
    hand().draft.description = 'The lamp is da'
    await hand().addPhoto(new Blob(['large']))
    wrapper.unmount()

    const store = openStore(user)
    await expect.poll(async () => (await store.list()).map((draft) => draft.description)).toEqual(['The lamp is da'])
    const [kept] = await store.list()
    expect(kept).toMatchObject({ number: 'SAM-7K2Q9-D1F4M-C', savedAt: 5_000, photos: [{ photoId: 'photo-1' }] })
    expect(await store.photo('photo-1')).not.toBeNull()
    expect(await store.photo('another')).toBeNull()
  })

  it('says when it was saved on the phone', async () => {
    const { hand } = await writeDraft(`user-${++person}`)
    expect(hand().savedAt.value).toBeNull()
    hand().draft.landmark = 'Near the dairy'
    await hand().flush()
    expect(hand().savedAt.value).toBe(5_000)
  })

  it('leaves nothing behind once it was filed, whatever was still to be written', async () => {
    const user = `user-${++person}`
    const { wrapper, hand } = await writeDraft(user)
    await hand().addPhoto(new Blob(['large']))
    hand().draft.description = 'The lamp is dark'
    await hand().flush()
    hand().draft.description = 'The lamp is dark.'
    await hand().end()
    wrapper.unmount()
    await new Promise((resolve) => setTimeout(resolve, 500))

    const store = openStore(user)
    expect(await store.list()).toEqual([])
    expect(await store.photo('photo-1')).toBeNull()
  })

  it('does not keep a form that was opened and left empty', async () => {
    const user = `user-${++person}`
    const { hand } = await writeDraft(user)
    hand().draft.description = 'x'
    await hand().flush()
    hand().draft.description = ''
    await hand().flush()
    expect(await openStore(user).list()).toEqual([])
  })

  it('is seen by nobody else on the same phone', async () => {
    const { hand } = await writeDraft(`user-${++person}`)
    hand().draft.description = 'Private matter'
    await hand().flush()
    expect(await openStore('somebody-else').list()).toEqual([])
  })
})
