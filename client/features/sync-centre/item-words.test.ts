import { describe, expect, it } from 'vitest'
import type { SyncItem, SyncStatus } from '#client/sync/sync-status.ts'
import { nextStep } from './item-steps.ts'
import { isDraining, pillWord, unsentItems } from './item-words.ts'

const receipt = { hash: 'ab'.repeat(32), receivedAt: 1, position: { x: '1', s: 0 }, batch: 'b' } as unknown as SyncItem['receipt']
const item = (told: Partial<SyncItem>): SyncItem => ({ id: 'one', state: 'received', receipt, receiptMismatch: false, photos: [], issues: [], ...told }) as SyncItem
const status = (told: Partial<SyncStatus>): SyncStatus =>
  ({ items: [], unsent: 0, photosUnsent: 0, attention: 0, allReceived: true, lastReceivedAt: 1, sending: false, firstSync: { received: 1, total: 1, done: true }, trouble: 'none', held: 'none', ...told }) as SyncStatus

describe('unsentItems', () => {
  it.each([
    ['without a receipt', item({ state: 'sending', receipt: null }), true],
    ['with a receipt that does not fit', item({ state: 'attention', receiptMismatch: true }), true],
    ['with a photo on its way', item({ state: 'sending', photos: [{ photoId: 'p', bytes: 9, sentBytes: 3, state: 'uploading' }] }), true],
    ['received with its photo', item({ photos: [{ photoId: 'p', bytes: 9, sentBytes: 9, state: 'uploaded' }] }), false],
    ['with a photo that cannot be read: nobody has seen yet that it is lost', item({ state: 'attention', photos: [{ photoId: 'p', bytes: 9, sentBytes: 0, state: 'damaged' }] }), true],
    ['whose lost photo was seen', item({ photos: [{ photoId: 'p', bytes: 9, sentBytes: 0, state: 'dismissed' }] }), false],
    ['refused: the office holds what was written', item({ state: 'rejected' }), false]
  ])('%s', (_name, one, isUnsent) => {
    expect(unsentItems(status({ items: [one] }))).toHaveLength(isUnsent ? 1 : 0)
  })
})

describe('nextStep', () => {
  it.each([
    ['set aside because the office could not read it', item({ state: 'attention', receipt: null }), 'retry'],
    ['that cannot be read any more', item({ state: 'attention', receipt: null, damaged: true }), null],
    ['whose receipt does not fit', item({ state: 'attention', receiptMismatch: true }), 'retry'],
    ['with a photo that the office refused', item({ state: 'attention', photos: [{ photoId: 'p', bytes: 9, sentBytes: 0, state: 'refused' }] }), 'acknowledge'],
    ['with a photo that this phone cannot read', item({ state: 'attention', photos: [{ photoId: 'p', bytes: 9, sentBytes: 0, state: 'damaged' }] }), 'acknowledge'],
    ['whose refused photo was seen', item({ photos: [{ photoId: 'p', bytes: 9, sentBytes: 0, state: 'dismissed' }] }), null],
    ['that two people changed', item({ state: 'attention', issues: ['i'] }), 'choose'],
    ['refused', item({ state: 'rejected', acknowledged: false }), 'acknowledge'],
    ['refused and seen', item({ state: 'rejected', acknowledged: true }), null],
    ['that waits for another record', item({ state: 'waiting', receipt: null }), null],
    ['on its way', item({ state: 'sending', receipt: null }), null]
  ])('of an item %s', (_name, one, step) => {
    expect(nextStep(one)).toBe(step)
  })
})

describe('isDraining', () => {
  const saved = item({ state: 'saved', receipt: null })
  it.each([
    ['with something saved', status({ items: [saved] }), true],
    ['with something on its way, in an app too old to read', status({ items: [item({ state: 'sending', receipt: null })], trouble: 'upgrade' }), true],
    ['with everything received', status({ items: [item({})] }), false],
    ['with only a photo left, which the next app sends on', status({ items: [item({ state: 'sending' })] }), false],
    ['with what the office could not read', status({ items: [item({ state: 'attention', receipt: null })] }), false],
    ['with what the office holds for another record', status({ items: [item({ state: 'waiting', receipt: null })] }), false],
    ['without a network', status({ items: [saved], trouble: 'offline' }), false],
    ['with nobody logged in', status({ items: [saved], trouble: 'loggedOut' }), false],
    ['kept off mobile data', status({ items: [saved], held: 'all' }), false]
  ])('%s', (_name, now, draining) => {
    expect(isDraining(now)).toBe(draining)
  })
})

describe('pillWord', () => {
  it('never says that all is received while something waits', () => {
    expect(pillWord(status({ unsent: 1, allReceived: false }))).toBe('waiting')
    expect(pillWord(status({ photosUnsent: 1, allReceived: false }))).toBe('waiting')
  })

  it('does not claim to send while there is no network', () => {
    expect(pillWord(status({ unsent: 1, sending: true, trouble: 'offline' }))).toBe('waiting')
    expect(pillWord(status({ unsent: 1, sending: true }))).toBe('sending')
  })

  it('says received only after the server has answered for something', () => {
    expect(pillWord(status({ lastReceivedAt: null }))).toBe('ready')
    expect(pillWord(status({}))).toBe('received')
  })

  it('asks for the update only once an old app has sent what it saved', () => {
    const unsent = { unsent: 1, items: [item({ state: 'saved', receipt: null })], trouble: 'upgrade' as const }
    expect(pillWord(status(unsent))).toBe('waiting')
    expect(pillWord(status({ trouble: 'upgrade' }))).toBe('upgrade')
  })

  it('puts what needs a person before everything else', () => {
    expect(pillWord(status({ attention: 1, unsent: 3, trouble: 'offline' }))).toBe('attention')
    expect(pillWord(status({ unsent: 3, trouble: 'loggedOut' }))).toBe('login')
  })
})
