import fc from 'fast-check'
import { expect, test } from 'vitest'
import { consentChannels, mayUse, purposes } from './consent.ts'

test('an address is used only for a purpose and a channel that were both agreed to', () => {
  fc.assert(
    fc.property(fc.subarray(purposes.flatMap((purpose) => consentChannels.map((channel) => `${purpose}:${channel}`))), (consents) => {
      for (const purpose of purposes)
        for (const channel of consentChannels)
          expect(mayUse({ consents }, purpose, channel).allowed).toBe(consents.includes(`${purpose}:${channel}`))
    })
  )
})

test('who was never asked is told of his own grievance and of nothing else', () => {
  expect(mayUse({ consents: null }, 'grievance_updates', 'sms')).toEqual({ allowed: true })
  expect(mayUse({ consents: null }, 'campaigns', 'sms')).toEqual({ allowed: false, reason: 'not_asked' })
  expect(mayUse({ consents: null }, 'surveys', 'email')).toEqual({ allowed: false, reason: 'not_asked' })
  expect(mayUse({ consents: [] }, 'grievance_updates', 'sms')).toEqual({ allowed: false, reason: 'no_consent' })
})
