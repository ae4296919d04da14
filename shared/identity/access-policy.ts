import type { Actor, ActorRole } from './actor.ts'

/**
 * What must be true of the record for the action. own: he made it. ownWard: it lies in a ward of his. assigned: it is his
 * to work on. publicWords: what he adds is not for the office alone. One of those listed is enough.
 */
export type AccessCondition = 'any' | 'own' | 'ownWard' | 'assigned' | 'publicWords'

type Conditions = readonly AccessCondition[]

const any = ['any'] as const
const own = ['own'] as const
const ownWard = ['ownWard'] as const
const reach = ['ownWard', 'own', 'assigned'] as const
const office = { owner: any, officer: any } as const
const reaching = { ...office, field_worker: reach } as const
const readers = { ...reaching, viewer: any } as const

/**
 * Who may do what, and to which records: the one table. The screens use it to show, the server to decide. A role that is
 * not listed for an action is refused. A citizen has shown his proof to the portal before any rule is asked.
 */
export const accessPolicy = {
  'ward.read': { ...office, viewer: any, field_worker: ownWard, system: any },
  'grievance.read': { ...readers, citizen: any, system: any },
  'grievance.file': { ...office, field_worker: any, citizen: any, system: any },
  'grievance.edit': reaching,
  'grievance.comment': { ...reaching, citizen: ['publicWords'] },
  'grievance.screen': office,
  'grievance.assign': { ...office, system: any },
  'grievance.work': reaching,
  /** To carry on with work that is in another's hands; without it a person works on what is assigned to him. */
  'grievance.workForOthers': { ...office, system: any, field_worker: ['assigned'] },
  'grievance.reject': office,
  'grievance.transfer': office,
  'grievance.escalate': { ...reaching, system: any },
  'grievance.withdraw': { ...reaching, citizen: any },
  'grievance.reopen': { ...reaching, citizen: any },
  'grievance.rate': { citizen: any },
  'grievance.appeal': { citizen: any },
  'grievance.decideAppeal': office,
  'grievance.close': { system: any, owner: any },
  'person.read': { ...readers, field_worker: ownWard },
  'person.write': { ...office, field_worker: ownWard, system: any },
  'contact.read': reaching,
  /** To take contacts out of the office as a file: what their consent covers. */
  'contact.export': { owner: any },
  'photo.upload': { ...office, field_worker: own },
  /** Where two edited the same field and it says that the office wins, this one's value is the office's. */
  'entry.winOverField': { ...office, system: any },
  'syncIssue.read': { ...office, field_worker: own },
  'syncIssue.settle': { ...office, field_worker: own },
  'message.read': office,
  'message.retry': office,
  'user.read': office,
  'user.manage': { owner: any },
  'device.read': { owner: any, officer: own, field_worker: own, viewer: own },
  'device.revoke': { owner: any },
  'rescue.bring': { ...office, field_worker: any },
  'rescue.judge': { owner: any },
  'audit.read': { owner: any },
  'privacy.manage': { owner: any },
  'tenant.manage': { owner: any },
  'import.run': { owner: any, system: any }
} as const satisfies Record<string, Partial<Record<ActorRole, Conditions>>>

export type AccessAction = keyof typeof accessPolicy
export const accessActions = Object.keys(accessPolicy) as AccessAction[]

/** Who asks: an actor, or a role where no person stands behind it yet. */
export type Asker = ActorRole | (Pick<Actor, 'role'> & Partial<Actor>)

/** The facts of a record that conditions look at. What a record does not have is left out or null. */
export interface AccessSubject {
  readonly wardId?: string | null
  /** Of a grievance, and of what belongs to one: null where it has none. Left out where departments say nothing, as of a household. */
  readonly departmentId?: string | null
  readonly authorId?: string | null
  readonly assigneeId?: string | null
  readonly visibility?: 'public' | 'staff'
}

/** Of these a person who is limited to departments has less than his role: see `departmentLimit` of the actor. */
const departmental: readonly AccessAction[] = [
  ...accessActions.filter((action) => action.startsWith('grievance.')), 'contact.read', 'syncIssue.read', 'message.read', 'message.retry'
]

/** What no custom role can leave out: it only says which records there are for the person. */
export const unchosenActions: readonly AccessAction[] = ['ward.read', 'device.read', 'entry.winOverField']

/** What a key of a machine can be made for: reading, and sending a message again. Nothing that decides over people, keys or devices, nor sync. */
export const machineActions = [
  'ward.read', 'grievance.read', 'contact.read', 'user.read', 'device.read', 'message.read', 'message.retry', 'audit.read'
] as const satisfies readonly AccessAction[]

function conditionsFor(asker: Asker, action: AccessAction): Conditions {
  const { role, actions } = typeof asker === 'string' ? { role: asker, actions: undefined } : asker
  if (role === 'machine') return actions?.includes(action) && machineActions.some((one) => one === action) ? any : []
  if (actions && !actions.includes(action) && !unchosenActions.includes(action)) return []
  return (accessPolicy[action] as Partial<Record<ActorRole, Conditions>>)[role] ?? []
}

/**
 * The decision. Without a subject: whether he may do it to anything at all, e.g. to show a page or open a route. With one:
 * whether he may do it to this.
 */
export function mayDo(asker: Asker, action: AccessAction, subject?: AccessSubject): boolean {
  const conditions = conditionsFor(asker, action)
  if (!subject) return conditions.length > 0
  const actor = typeof asker === 'string' ? { role: asker } : asker
  const inDepartment = isInDepartment(actor, action, subject)
  return conditions.some((condition) => holds(condition, actor, { ...subject, inDepartment }))
}

/** A limit takes away what a role says of any record or of a whole ward. What is his own, or assigned to him, it leaves. */
function isInDepartment({ departmentLimit }: Partial<Actor>, action: AccessAction, { departmentId }: AccessSubject): boolean {
  if (!departmentLimit || !departmental.includes(action)) return true
  if (departmentId === undefined) return !action.startsWith('grievance.')
  return departmentId !== null && departmentLimit.includes(departmentId)
}

/** Whether he may do it to every record, so that a list needs no condition. */
export function mayDoToAll(asker: Asker, action: AccessAction): boolean {
  if (typeof asker !== 'string' && asker.departmentLimit && departmental.includes(action)) return false
  return conditionsFor(asker, action).includes('any')
}

/** Whether the role sees every ward of the tenant, or only those in `wardIds`. */
export function seesEveryWard(role: ActorRole): boolean {
  return mayDoToAll(role, 'ward.read')
}

interface Judged extends AccessSubject {
  readonly inDepartment: boolean
}

function holds(condition: AccessCondition, actor: Partial<Actor>, { wardId, authorId, assigneeId, visibility, inDepartment }: Judged): boolean {
  const me = actor.userId ?? undefined
  const own = me !== undefined && authorId === me
  const assigned = me !== undefined && assigneeId === me
  if (condition === 'own') return own
  if (condition === 'assigned') return assigned
  if (condition === 'ownWard') return inDepartment && wardId != null && actor.wardIds?.includes(wardId) === true
  if (condition === 'any') return inDepartment || own || assigned
  return visibility !== 'staff'
}
