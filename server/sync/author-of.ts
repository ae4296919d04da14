import type { Actor } from '#shared/identity/actor.ts'

/**
 * Who gave commands that are judged when he is not there. Only his ids are known then; the executor takes name, role and wards
 * from the rows, and refuses a disabled account.
 */
export function authorOf(ids: { tenantId: string; userId: string; deviceId: string | null }): Actor {
  return { ...ids, role: 'viewer', name: '', departmentId: null, wardIds: [] }
}
