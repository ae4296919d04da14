import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brandColorSchema, contrastOfWhite, isReadable, nearestReadable } from './brand-color.ts'

const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

test('contrast is that of WCAG', () => {
  expect(contrastOfWhite('#ffffff')).toBe(1)
  expect(contrastOfWhite('#000000')).toBe(21)
  expect(contrastOfWhite('#767676')).toBeCloseTo(4.54, 2)
  expect([isReadable('#767676'), isReadable('#777777')]).toEqual([true, false])
})

test('what is proposed can be read, keeps a colour that can be read, and is the nearest of its hue', () => {
  fc.assert(
    fc.property(color, (given) => {
      const proposed = nearestReadable(given)
      expect(isReadable(proposed)).toBe(true)
      if (isReadable(given)) expect(proposed).toBe(given)
      else expect(contrastOfWhite(proposed)).toBeLessThan(5)
    })
  )
})

test('a colour that cannot be read is refused with the one that can', () => {
  expect(brandColorSchema.safeParse('#ffcc00').error?.issues[0]?.message).toContain(nearestReadable('#ffcc00'))
  for (const wrong of ['red', '#FFF', '#0b5d5', 'url(x)', '#0b5d5e;}']) expect(brandColorSchema.safeParse(wrong).success).toBe(false)
})
