import { describe, expect, it } from 'vitest'
import en from '../i18n/en/admin.json' with { type: 'json' }
import hi from '../i18n/hi/admin.json' with { type: 'json' }
import { officeRoles } from './actor.ts'
import { choosableActions, mayGrant } from './custom-role.ts'
import { fieldMasks } from './field-mask.ts'

describe('granting', () => {
  it('goes from an owner to everybody, and from nobody else upwards', () => {
    expect(officeRoles.map((role) => mayGrant({ role: 'owner' }, { role }))).toEqual([true, true, true, true])
    expect(officeRoles.map((role) => mayGrant({ role: 'viewer' }, { role }))).toEqual([false, false, false, true])
    expect(mayGrant({ role: 'field_worker' }, { role: 'officer', actions: ['grievance.read'], masks: [] })).toBe(false)
  })

  it('gives no field that is hidden from the one who grants', () => {
    const granter = { role: 'owner', actions: choosableActions('owner'), masks: ['phone'] } as const
    const rights = { ...granter, actions: [...granter.actions] }
    expect(mayGrant({ ...rights, masks: ['phone'] }, { ...rights, masks: [] })).toBe(false)
    expect(mayGrant({ ...rights, masks: ['phone'] }, { ...rights, masks: ['phone', 'email'] })).toBe(true)
  })
})

it('every action and mask that a role can be made of has its words', () => {
  const keys = [...officeRoles.flatMap(choosableActions).map((action) => `admin.action.${action}`), ...fieldMasks.map((mask) => `admin.mask.${mask}`)]
  for (const words of [en, hi]) expect(keys.filter((key) => !(key in words))).toEqual([])
})
