import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { customRoleListSchema, customRoleSchema, type CustomRole, type NewRole, type RoleChange } from '#shared/identity/custom-role.ts'
import { allPages } from '#client/http/all-pages.ts'
import { callRoute } from '#client/http/call-route.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

const path = '/api/v1/roles'

export interface OfficeRoles {
  readonly roles: Readonly<ShallowRef<readonly CustomRole[]>>
  readonly isLoading: Readonly<Ref<boolean>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: ShallowRef<Trouble | null>
  /** Whether the server took it; `trouble` else says why not. */
  create(role: NewRole): Promise<boolean>
  change(id: string, change: RoleChange): Promise<boolean>
  remove(id: string): Promise<boolean>
}

/** The roles that the office made itself. */
export function useRoles(): OfficeRoles {
  const { api } = useDesk()
  const roles = shallowRef<readonly CustomRole[]>([])
  const isLoading = ref(true)
  const { isBusy, trouble, attempt } = useAttempt()

  async function write(work?: () => Promise<unknown>): Promise<boolean> {
    const isDone = await attempt(async () => {
      await work?.()
      roles.value = await allPages(async (after) => {
        const { roles: rows, next } = await callRoute(api, 'GET /api/v1/roles', { query: { after } }, customRoleListSchema)
        return { rows, next }
      })
    })
    isLoading.value = false
    return isDone
  }

  void write()
  return {
    roles,
    isLoading,
    isBusy,
    trouble,
    create: (body) => write(() => api.call({ method: 'POST', path, body, reply: customRoleSchema })),
    change: (id, body) => write(() => api.call({ method: 'PATCH', path: `${path}/${id}`, body, reply: customRoleSchema })),
    remove: (id) => write(() => api.call({ method: 'DELETE', path: `${path}/${id}` }))
  }
}
