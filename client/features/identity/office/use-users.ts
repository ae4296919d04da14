import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { userListSchema, userSchema, type NewUser, type User, type UserChange } from '#shared/identity/user.ts'
import { troubleOf, type Trouble } from '#client/http/trouble.ts'
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
  const isLoading = ref(true)
  const isBusy = ref(false)
  const trouble = shallowRef<Trouble | null>(null)

  async function read(): Promise<void> {
    try {
      users.value = (await api.call({ method: 'GET', path: '/api/v1/users', reply: userListSchema })).users
      trouble.value = null
    } catch (error) {
      trouble.value = troubleOf(error)
    } finally {
      isLoading.value = false
    }
  }

  async function write(call: { method: 'POST' | 'PATCH'; path: string; body: unknown }): Promise<User | null> {
    isBusy.value = true
    trouble.value = null
    try {
      const user = await api.call({ ...call, reply: userSchema })
      await read()
      return user
    } catch (error) {
      trouble.value = troubleOf(error)
      return null
    } finally {
      isBusy.value = false
    }
  }

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
