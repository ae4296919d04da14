import { expect, it } from 'vitest'
import { toLatinDigits } from './native-digits.ts'

it.each([
  ['९८२०१२३४५६', '9820123456'],
  ['৯৮২০', '9820'],
  ['௯௮', '98'],
  ['۹۸', '98'],
  ['９８', '98'],
  ['घर ४२, Ward 7', 'घर 42, Ward 7'],
  ['', ''],
])('writes %s as %s', (native, latin) => {
  expect(toLatinDigits(native)).toBe(latin)
})
