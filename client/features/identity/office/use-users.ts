import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { userListSchema, userSchema, type NewUser, type User, type UserChange } from '#shared/identity/user.ts'
import { allPages } from '#client/http/all-pages.ts'
import { callRoute } from '#client/http/call-route.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useReading } from '#client/http/use-reading.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface OfficeUsers {
  readonly users: Readonly<ShallowRef<readonly User[]>>
  readonly isLoading: Readonly<Ref<boolean>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: ShallowRef<Trouble | null>
  read(): Promise<void>
  /** The person as the server keeps him, null when it refused; `trouble` then says why. */
  create(user: NewUser): Promise<User | null>
  change(id: string, change: UserChange): Promise<User | null>
}

/** The people of the office. */
export function useUsers(): OfficeUsers {
  const { api } = useDesk()
  const users = shallowRef<readonly User[]>([])
  const { isLoading, trouble, read: show } = useReading()
  const { isBusy, ask } = useAttempt(trouble)

  const read = () =>
    show(
      () =>
        allPages(async (after) => {
          const { users: rows, next } = await callRoute(api, 'GET /api/v1/users', { query: { after } }, userListSchema)
          return { rows, next }
        }),
      (all) => (users.value = all)
    )

  const write = (call: { method: 'POST' | 'PATCH'; path: string; body: unknown }) =>
    ask(async () => {
      const user = await api.call({ ...call, reply: userSchema })
      await read()
      return user
    })

  void read()
  return {
    users,
    isLoading,
    isBusy,
    trouble,
    read,
    create: (body) => write({ method: 'POST', path: '/api/v1/users', body }),
    change: (id, body) => write({ method: 'PATCH', path: `/api/v1/users/${id}`, body })
  }
}
