import { describe, expect, it } from 'vitest'
import type { SyncItem, SyncStatus } from '#client/sync/sync-status.ts'
import { pillWord, unsentItems } from './item-words.ts'

const receipt = { hash: 'ab'.repeat(32), receivedAt: 1, position: { x: '1', s: 0 }, batch: 'b' } as unknown as SyncItem['receipt']
const item = (told: Partial<SyncItem>): SyncItem => ({ id: 'one', state: 'received', receipt, receiptMismatch: false, photos: [], issues: [], ...told }) as SyncItem
const status = (told: Partial<SyncStatus>): SyncStatus =>
  ({ items: [], unsent: 0, photosUnsent: 0, attention: 0, allReceived: true, lastReceivedAt: 1, sending: false, firstSync: { received: 1, total: 1, done: true }, trouble: 'none', ...told }) as SyncStatus

describe('unsentItems', () => {
  it.each([
    ['without a receipt', item({ state: 'sending', receipt: null }), true],
    ['with a receipt that does not fit', item({ state: 'attention', receiptMismatch: true }), true],
    ['with a photo on its way', item({ state: 'sending', photos: [{ photoId: 'p', bytes: 9, sentBytes: 3, state: 'uploading' }] }), true],
    ['received with its photo', item({ photos: [{ photoId: 'p', bytes: 9, sentBytes: 9, state: 'uploaded' }] }), false],
    ['refused: the office holds what was written', item({ state: 'rejected' }), false]
  ])('%s', (_name, one, isUnsent) => {
    expect(unsentItems(status({ items: [one] }))).toHaveLength(isUnsent ? 1 : 0)
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

  it('puts what needs a person before everything else', () => {
    expect(pillWord(status({ attention: 1, unsent: 3, trouble: 'offline' }))).toBe('attention')
    expect(pillWord(status({ unsent: 3, trouble: 'loggedOut' }))).toBe('login')
  })
})
