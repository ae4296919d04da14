import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastFour, maskPhone, normalizePhone } from './phone.ts'

describe('normalizePhone', () => {
  it.each([
    '9820123456', '09820123456', '919820123456', '+919820123456', '+91 98201 23456', '0091-9820-123456',
    '+91 (0) 98201-23456', '98201.23456', '९८२०१२३४५६', '+९१ ९८२०१ २३४५६', '\u200e+91 98201 23456',
  ])('reads %s', (typed) => {
    expect(normalizePhone(typed)).toBe('+919820123456')
  })

  it('does not take the first two digits of a ten digit number for the country', () => {
    expect(normalizePhone('9198201234')).toBe('+919198201234')
  })

  it.each(['', '12345', '982012345', '98201234567', '0123456789', 'ring my son', '9820123456 ext 3', '+91982012345', '98201+23456'])(
    'refuses "%s"',
    (typed) => {
      expect(normalizePhone(typed)).toBeNull()
    },
  )

  it('keeps a number of another country that says so', () => {
    expect(normalizePhone('+1 415 555 0134')).toBe('+14155550134')
    expect(normalizePhone('415-555-0134', '1')).toBe('+14155550134')
    expect(normalizePhone('+0123456789')).toBeNull()
  })

  it('leaves its own result alone', () => {
    const national = fc.stringMatching(/^[2-9][0-9]{9}$/)
    fc.assert(fc.property(national, (digits) => {
      const phone = normalizePhone(digits)
      expect(phone).toBe(`+91${digits}`)
      expect(normalizePhone(phone!)).toBe(phone)
    }))
  })
})

describe('what is shown of a phone', () => {
  it('is its end only', () => {
    expect(lastFour('+919820123456')).toBe('3456')
    expect(lastFour('३४५६')).toBe('3456')
    expect(maskPhone('+919820123456')).toBe('+91 •••••• 3456')
    expect(maskPhone('+14155550134')).toBe('•••••• 0134')
  })
})
