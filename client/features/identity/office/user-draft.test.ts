import { expect, test } from 'vitest'
import { newUserOf, userChangeOf, userDraft } from './user-draft.ts'

const ward = '019a0000-0000-7000-8000-000000000001'
const asha = {
  ...userDraft(null),
  name: 'Asha Rao',
  login: 'Asha',
  password: 'long enough words',
  wardIds: [ward],
  phone: '+91 98000-00001'
}

test('a new worker is sent with wards and a plain phone number, nothing empty', () => {
  expect(newUserOf(asha)).toEqual({
    ok: true,
    body: {
      name: 'Asha Rao',
      login: 'asha',
      role: 'field_worker',
      customRoleId: null,
      language: 'en',
      departmentId: null,
      email: null,
      phone: '+919800000001',
      wardIds: [ward],
      departmentLimit: null,
      password: 'long enough words'
    }
  })
})

test('somebody without a password yet is sent without one, to be let in by a link', () => {
  expect(newUserOf({ ...asha, password: '' })).toMatchObject({ ok: true, body: expect.not.objectContaining({ password: '' }) })
})

test('somebody who sees every ward is assigned none', () => {
  expect(newUserOf({ ...asha, role: 'officer' })).toMatchObject({ ok: true, body: { wardIds: [] } })
})

test('a limit to departments is sent while it is switched on, and never for an owner', () => {
  const limited = { ...asha, limited: true, departmentLimit: [ward] }
  expect(userChangeOf(limited)).toMatchObject({ ok: true, body: { departmentLimit: [ward] } })
  expect(userChangeOf({ ...limited, limited: false })).toMatchObject({ ok: true, body: { departmentLimit: null } })
  expect(userChangeOf({ ...limited, role: 'owner' })).toMatchObject({ ok: true, body: { departmentLimit: null } })
  expect(newUserOf({ ...limited, departmentLimit: [] })).toEqual({ ok: false, fields: new Set(['departmentLimit']) })
})

test('what is not right is named field by field', () => {
  const result = newUserOf({ ...asha, name: ' ', password: 'short', email: 'asha@', phone: '98' })
  expect(result).toEqual({ ok: false, fields: new Set(['name', 'password', 'email', 'phone']) })
})

test('a change without a new password leaves the old one', () => {
  const result = userChangeOf({ ...asha, password: '' })
  expect(result.ok && 'password' in result.body).toBe(false)
})
