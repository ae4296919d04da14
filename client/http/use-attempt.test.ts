import { expect, test } from 'vitest'
import { ApiError, OfflineError } from './api-error.ts'
import { useAttempt } from './use-attempt.ts'
import { useReading } from './use-reading.ts'

const refusal = (code: 'conflict' | 'gone') => new ApiError({ status: 409, code, fields: [], retryAfterMs: null })
/** Work that ends when it is told to. */
function held() {
  let end = (_error?: Error): void => undefined
  const promise = new Promise<string>((resolve, reject) => (end = (error) => (error ? reject(error) : resolve('held'))))
  return { promise, end }
}
const refuse = (error: Error) => () => Promise.reject(error)

test('says why it failed until the next try begins', async () => {
  const { attempt, trouble } = useAttempt()
  expect(await attempt(refuse(new OfflineError('no line')))).toBe(false)
  expect(trouble.value?.textKey).toBe('http.silent')
  expect(await attempt(() => Promise.resolve())).toBe(true)
  expect(trouble.value).toBeNull()
})

test('a form may have its own words for a refusal, or show it at a field', async () => {
  const { attempt, ask, trouble } = useAttempt()
  await attempt(refuse(refusal('conflict')), () => 'account.email.noMail')
  expect(trouble.value?.textKey).toBe('account.email.noMail')
  expect(await ask(refuse(refusal('gone')), () => null)).toBeNull()
  expect(trouble.value).toBeNull()
  await attempt(refuse(refusal('gone')), () => undefined)
  expect(trouble.value?.textKey).toBe('error.gone')
})

test('is busy until the last of several has ended', async () => {
  const { attempt, isBusy } = useAttempt()
  const first = held()
  const second = held()
  const both = [attempt(() => first.promise), attempt(() => second.promise)]
  second.end()
  await both[1]
  expect(isBusy.value).toBe(true)
  first.end()
  await both[0]
  expect(isBusy.value).toBe(false)
})

test('of readings that overlap only the last is shown, whichever answers first', async () => {
  const { read, isLoading, trouble } = useReading()
  const shown: string[] = []
  const slow = held()
  const old = read(() => slow.promise, (answer) => shown.push(answer))
  await read(() => Promise.resolve('new'), (answer) => shown.push(answer))
  slow.end(new OfflineError('too late'))
  await old
  expect({ shown, isLoading: isLoading.value, trouble: trouble.value }).toEqual({ shown: ['new'], isLoading: false, trouble: null })
})
