import { expect, test } from 'vitest'
import { asAppError } from './problems.ts'

const failed = (code: string) => Object.assign(new Error('as the driver throws it'), { code })

test.each([
  ['40P01', 'a deadlock', 'unavailable'],
  ['55P03', 'a lock held too long', 'unavailable'],
  ['ECONNREFUSED', 'no database', 'unavailable'],
  ['57014', 'a statement that took too long', 'timeout']
])('%s (%s) is answered as %s: asked again, it may work', (code, _what, answer) => {
  expect(asAppError(failed(code))).toMatchObject({ code: answer })
})

test('what nobody expects stays what it is, and is logged', () => {
  const error = failed('42703')
  expect(asAppError(error)).toBe(error)
})
