import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isUuid, uuidSchema, uuidTime, uuidv7 } from './ids.ts'

const randomBytes = fc.uint8Array({ minLength: 10, maxLength: 10 })
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })

describe('uuidv7', () => {
  it('makes the example of RFC 9562, appendix A.6', () => {
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })

  it('always makes an id that is valid and gives its time back', () => {
    fc.assert(fc.property(time, randomBytes, (unixMs, random) => {
      const id = uuidv7(unixMs, random)
      expect(uuidSchema.parse(id)).toBe(id)
      expect(uuidTime(id)).toBe(unixMs)
    }))
  })

  it('sorts by time as text', () => {
    fc.assert(fc.property(time, time, randomBytes, randomBytes, (a, b, r1, r2) => {
      fc.pre(a < b)
      expect(uuidv7(a, r1) < uuidv7(b, r2)).toBe(true)
    }))
  })

  it('refuses too little randomness and impossible times', () => {
    expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError)
    expect(() => uuidv7(-1, new Uint8Array(10))).toThrow(RangeError)
    expect(() => uuidv7(2 ** 48, new Uint8Array(10))).toThrow(RangeError)
    expect(() => uuidv7(1.5, new Uint8Array(10))).toThrow(RangeError)
  })

  it('leaves the given bytes alone', () => {
    const random = new Uint8Array(10).fill(255)
    uuidv7(1, random)
    expect([...random]).toEqual(Array(10).fill(255))
  })
})

describe('isUuid', () => {
  it('wants the canonical lower-case form', () => {
    expect(isUuid('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(true)
    expect(isUuid('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe(false)
    expect(isUuid('017f22e2-79b0-7cc3-98c4-dc0c0c07398f ')).toBe(false)
    expect(isUuid(undefined)).toBe(false)
  })
})

describe('uuidTime', () => {
  it('has no time for a random id', () => {
    expect(uuidTime('9b2f6f1e-0a6c-4c54-9d5b-1f3f7c1f7a55')).toBeNull()
    expect(uuidTime('nonsense')).toBeNull()
  })
})
