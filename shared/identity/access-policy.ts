import type { ActorRole } from './actor.ts'

/**
 * Who may do what: the one table. The screens use it to show, the server to decide. An action that is not listed for a
 * role is refused. Conditions on the single record (own ward, own report) stand in the rule of the noun.
 */
export const accessPolicy = {
  'grievance.read': ['owner', 'officer', 'field_worker', 'viewer'],
  'grievance.file': ['owner', 'officer', 'field_worker', 'citizen', 'system'],
  'grievance.edit': ['owner', 'officer', 'field_worker'],
  'grievance.comment': ['owner', 'officer', 'field_worker', 'citizen'],
  'grievance.screen': ['owner', 'officer'],
  'grievance.assign': ['owner', 'officer', 'system'],
  'grievance.work': ['owner', 'officer', 'field_worker'],
  'grievance.reject': ['owner', 'officer'],
  'grievance.transfer': ['owner', 'officer'],
  'grievance.escalate': ['owner', 'officer', 'field_worker', 'system'],
  'grievance.withdraw': ['citizen', 'owner', 'officer', 'field_worker'],
  'grievance.reopen': ['citizen', 'owner', 'officer', 'field_worker'],
  'grievance.rate': ['citizen'],
  'grievance.appeal': ['citizen'],
  'grievance.decideAppeal': ['owner', 'officer'],
  'grievance.close': ['system', 'owner'],
  'person.read': ['owner', 'officer', 'field_worker', 'viewer'],
  'person.write': ['owner', 'officer', 'field_worker', 'system'],
  'contact.read': ['owner', 'officer', 'field_worker'],
  'syncIssue.read': ['owner', 'officer', 'field_worker'],
  'syncIssue.settle': ['owner', 'officer', 'field_worker'],
  'message.read': ['owner', 'officer'],
  'message.retry': ['owner', 'officer'],
  'user.read': ['owner', 'officer'],
  'user.manage': ['owner'],
  'device.revoke': ['owner'],
  'rescue.bring': ['owner', 'officer', 'field_worker'],
  'rescue.judge': ['owner'],
  'audit.read': ['owner'],
  'privacy.manage': ['owner'],
  'import.run': ['owner', 'system']
} as const satisfies Record<string, readonly ActorRole[]>

export type AccessAction = keyof typeof accessPolicy

export function mayDo(role: ActorRole, action: AccessAction): boolean {
  return (accessPolicy[action] as readonly ActorRole[]).includes(role)
}
