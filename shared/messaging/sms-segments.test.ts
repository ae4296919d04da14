import { expect, test } from 'vitest'
import { smsSize } from './sms-segments.ts'

test.each([
  ['a'.repeat(160), 'gsm7', 160, 1],
  ['a'.repeat(161), 'gsm7', 161, 2],
  ['a'.repeat(306), 'gsm7', 306, 2],
  ['a'.repeat(307), 'gsm7', 307, 3],
  ['€'.repeat(80), 'gsm7', 160, 1],
  ['€'.repeat(81), 'gsm7', 162, 2],
  ['न'.repeat(70), 'ucs2', 70, 1],
  ['न'.repeat(71), 'ucs2', 71, 2],
  ['😀'.repeat(35), 'ucs2', 70, 1],
  [`${'a'.repeat(69)}…`, 'ucs2', 70, 1]
])('counts %s as %s, %i units, %i SMS', (text, encoding, units, segments) => {
  expect(smsSize(text)).toEqual({ encoding, units, segments })
})
