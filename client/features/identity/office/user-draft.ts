import { seesEveryWard } from '#shared/identity/access-policy.ts'
import {
  newUserSchema,
  passwordLength,
  userChangeSchema,
  type NewUser,
  type User,
  type UserChange
} from '#shared/identity/user.ts'

/** A person of the office as the form holds him; empty text for what is not there. */
export interface UserDraft {
  name: string
  login: string
  role: User['role']
  /** Empty for the base role itself. */
  customRoleId: string
  departmentId: string
  wardIds: string[]
  /** Whether only grievances of `departmentLimit` are for him. */
  limited: boolean
  departmentLimit: string[]
  language: string
  email: string
  phone: string
  password: string
}

export function userDraft(user: User | null): UserDraft {
  return {
    name: user?.name ?? '',
    login: user?.login ?? '',
    role: user?.role ?? 'field_worker',
    customRoleId: user?.customRoleId ?? '',
    departmentId: user?.departmentId ?? '',
    wardIds: [...(user?.wardIds ?? [])],
    limited: user?.departmentLimit != null,
    departmentLimit: [...(user?.departmentLimit ?? [])],
    language: user?.language ?? 'en',
    email: user?.email ?? '',
    phone: user?.phone ?? '',
    password: ''
  }
}

export type DraftFields = keyof UserDraft
export type DraftResult<T> = { ok: true; body: T } | { ok: false; fields: ReadonlySet<DraftFields> }

/** Spaces and dashes of a phone number are for the eye. */
function common(draft: UserDraft) {
  const { name, role, language } = draft
  const phone = draft.phone.replace(/[\s()-]/g, '')
  return {
    name,
    role,
    customRoleId: draft.customRoleId || null,
    language,
    departmentId: draft.departmentId || null,
    email: draft.email.trim() || null,
    phone: phone || null,
    wardIds: seesEveryWard(draft.role) ? [] : draft.wardIds,
    departmentLimit: draft.limited && draft.role !== 'owner' ? draft.departmentLimit : null
  }
}

/** Body of `POST /api/v1/users`, or the fields that are not right yet. Without a password the person is let in by a link. */
export function newUserOf(draft: UserDraft): DraftResult<NewUser> {
  return resultOf(newUserSchema.safeParse({ ...common(draft), login: draft.login, ...(draft.password !== '' && { password: draft.password }) }))
}

/** Body of `PATCH /api/v1/users/:id`. The password is changed only where one was written. */
export function userChangeOf(draft: UserDraft): DraftResult<UserChange> {
  return resultOf(
    userChangeSchema.safeParse({ ...common(draft), ...(draft.password !== '' && { password: draft.password }) })
  )
}

function resultOf<T>(
  parsed: { success: true; data: T } | { success: false; error: { issues: readonly { path: PropertyKey[] }[] } }
): DraftResult<T> {
  if (parsed.success) return { ok: true, body: parsed.data }
  return { ok: false, fields: new Set(parsed.error.issues.map((issue) => issue.path[0] as DraftFields)) }
}

export const shortestPassword = passwordLength.least
