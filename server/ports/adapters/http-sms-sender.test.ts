import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSmsDouble, type SmsDouble } from '#server/testing/providers/sms-double.ts'
import { createHttpSmsSender } from './http-sms-sender.ts'
import { retryAfterMs } from './http-post.ts'

const sms = { to: '+919812345678', text: 'नमस्ते', reference: 'message-1' }
const clock = { now: () => Date.parse('2026-11-21T10:00:00Z') }
let provider: SmsDouble

beforeAll(async () => {
  provider = await startSmsDouble()
})
afterAll(() => provider.close())

const sender = (more = {}) =>
  createHttpSmsSender({ url: provider.url, token: provider.token, clock, timeoutMs: 300, ...more })

test('sends number, text and reference, and keeps the id of the provider', async () => {
  expect(await sender().send(sms)).toEqual({ kind: 'accepted', providerRef: 'provider-1' })
  expect(provider.posts).toEqual([sms])
})

test.each([
  [202, { kind: 'accepted' }],
  [400, { kind: 'permanent', error: 'provider_refused' }],
  [401, { kind: 'permanent', error: 'provider_denied' }],
  [302, { kind: 'permanent', error: 'provider_refused' }],
  [429, { kind: 'retry', error: 'provider_busy' }],
  [500, { kind: 'retry', error: 'provider_failed' }],
  [503, { kind: 'retry', error: 'provider_failed' }],
  [502, { kind: 'unknown', error: 'no_answer' }],
  [504, { kind: 'unknown', error: 'no_answer' }]
])('an answer of %i is judged as it must be', async (status, outcome) => {
  provider.answers.push(status)
  expect(await sender().send(sms)).toMatchObject(outcome)
})

test('a refused connection may be tried again; silence and a broken line after the request may not', async () => {
  expect(await sender({ url: 'http://127.0.0.1:1/' }).send(sms)).toEqual({ kind: 'retry', error: 'unreachable' })
  provider.answers.push('hang')
  expect(await sender().send(sms)).toEqual({ kind: 'unknown', error: 'no_answer' })
  provider.answers.push('drop')
  expect(await sender().send(sms)).toEqual({ kind: 'unknown', error: 'no_answer' })
})

test('Retry-After is read as seconds and as a date', () => {
  expect(retryAfterMs({ 'retry-after': '120' }, clock.now())).toBe(120_000)
  expect(retryAfterMs({ 'retry-after': 'Sat, 21 Nov 2026 10:01:00 GMT' }, clock.now())).toBe(60_000)
  expect(retryAfterMs({ 'retry-after': 'soon' }, clock.now())).toBeUndefined()
  expect(retryAfterMs({}, clock.now())).toBeUndefined()
})
