import { expect, test } from 'vitest'
import { base32, stepAt, stepOfCode, totpCode, totpUri } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130']
])('the code of second %i is the one of RFC 6238, appendix B', (second, code) => {
  expect(totpCode(secret, stepAt(second * 1000))).toBe(code)
})

test('secrets are written as RFC 4648 does', () => {
  expect([base32(Buffer.from('f')), base32(Buffer.from('foobar')), base32(secret)]).toEqual(['MY', 'MZXW6YTBOI', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'])
})

test('a code is known half a minute before and after its time, and not longer', () => {
  const step = 1_000_000
  const code = totpCode(secret, step)
  const at = (seconds: number) => stepOfCode(secret, code, step * 30_000 + seconds * 1000)
  expect([at(-31), at(-30), at(0), at(29), at(59), at(60)]).toEqual([null, step, step, step, step, null])
  expect(stepOfCode(secret, '12345', 0)).toBeNull()
})

test('the address of the QR code names office and login', () => {
  expect(totpUri({ secret: 'ABC', office: 'Seva & Co', login: 'asha' })).toMatch(/^otpauth:\/\/totp\/Seva%20%26%20Co%3Aasha\?secret=ABC&issuer=Seva%20%26%20Co&/)
})
