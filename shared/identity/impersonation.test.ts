import { expect, test } from 'vitest'
import { actionsLeft, impersonationRequestSchema } from './impersonation.ts'

const asked = { reason: 'Ticket 12: the inbox stays empty', minutes: 30 }
const isTaken = (change: object) => impersonationRequestSchema.safeParse({ ...asked, ...change }).success

test('the operator comes in with a reason that can be read, for an hour at most', () => {
  expect([{}, { minutes: 1 }, { minutes: 60 }].map(isTaken)).toEqual([true, true, true])
  for (const wrong of [{ reason: '' }, { reason: '   short    ' }, { reason: ' '.repeat(20) }, { minutes: 0 }, { minutes: 61 }, { minutes: 1.5 }]) expect(isTaken(wrong)).toBe(false)
})

test('only looking is left to the operator, and never more than the person may', () => {
  expect(actionsLeft(null).filter((action) => !action.endsWith('.read'))).toEqual([])
  expect(actionsLeft(['grievance.read', 'contact.read', 'grievance.edit'])).toEqual(['grievance.read'])
})
