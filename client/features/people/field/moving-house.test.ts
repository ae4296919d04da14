import { describe, expect, it } from 'vitest'
import type { Grievance } from '#shared/grievances/grievance.ts'
import { goesAlong } from './moving-house.ts'

const household = { id: 'house', wardId: 'old' }
const members = new Set(['asha'])
const grievance = (told: Partial<Grievance>) => ({ state: 'in_progress', wardId: 'old', householdId: null, personId: null, ...told }) as Grievance

describe('goesAlong', () => {
  it.each([
    ['its own', grievance({ householdId: 'house' }), true],
    ['of one of its people', grievance({ personId: 'asha' }), true],
    ['of somebody else', grievance({ personId: 'ravi' }), false],
    ['of nobody known', grievance({}), false],
    ['closed', grievance({ householdId: 'house', state: 'closed' }), false],
    ['about a place in another ward', grievance({ personId: 'asha', wardId: 'other' }), false]
  ])('a grievance %s', (_name, one, goes) => {
    expect(goesAlong(one, household, members)).toBe(goes)
  })
})
