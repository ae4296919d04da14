import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { fromBase64Url, toBase64, toBase64Url } from './base64.ts'

it.each([0, 1, 2, 3, 32, 200_000])('writes and reads %d bytes as Node does', (length) => {
  const bytes = randomBytes(length)
  expect(toBase64(bytes)).toBe(bytes.toString('base64'))
  expect(toBase64Url(bytes)).toBe(bytes.toString('base64url'))
  expect(Buffer.from(fromBase64Url(toBase64Url(bytes)))).toEqual(bytes)
})

it('refuses what is no base64url', () => {
  expect(() => fromBase64Url('ä?')).toThrow()
})
