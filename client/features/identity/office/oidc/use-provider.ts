import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { oidcSettingsSchema, type OidcChange, type OidcSettings } from '#shared/identity/oidc.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

const path = '/api/v1/oidc'

export interface LoginProvider {
  /** Null until it was read. */
  readonly settings: Readonly<ShallowRef<OidcSettings | null>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** All answer whether the server took it; `trouble` says why not. */
  save(change: OidcChange): Promise<boolean>
  remove(password: string): Promise<boolean>
  unlink(userId: string): Promise<boolean>
}

/** The provider of logins of the office, and who has used it. */
export function useProvider(): LoginProvider {
  const { api } = useDesk()
  const settings = shallowRef<OidcSettings | null>(null)
  const { isBusy, trouble, attempt } = useAttempt()

  const change = (call: { method: 'POST' | 'DELETE'; path: string; body?: unknown } | null) =>
    attempt(async () => {
      if (call) await api.call(call)
      settings.value = await api.call({ method: 'GET', path, reply: oidcSettingsSchema })
    })

  void change(null)
  return {
    settings,
    isBusy,
    trouble,
    save: (body) => change({ method: 'POST', path, body }),
    remove: (password) => change({ method: 'POST', path: `${path}/remove`, body: { password } }),
    unlink: (userId) => change({ method: 'DELETE', path: `/api/v1/users/${userId}/oidc` })
  }
}
