import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { importReportSchema, type ImportReport } from '#shared/imports/import-report.ts'
import { setupSchema, type Setup, type SetupStep, type TenantChange } from '#shared/tenants/setup.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface OfficeSetup {
  /** Null until it was read. */
  readonly setup: Readonly<ShallowRef<Setup | null>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  read(): Promise<void>
  /** All answer whether the server took it; `trouble` says why not. */
  change(change: TenantChange): Promise<boolean>
  mark(step: SetupStep, done: boolean): Promise<boolean>
  /** A picture in base64, or null to take the logo away. */
  logo(image: string | null): Promise<boolean>
  /** What the import did; null when it was refused as a whole. */
  take(what: 'wards' | 'categories', body: object): Promise<ImportReport | null>
}

/** The office's own facts and how far its set-up is. */
export function useSetup(): OfficeSetup {
  const { api } = useDesk()
  const setup = shallowRef<Setup | null>(null)
  const { isBusy, trouble, attempt, ask } = useAttempt()

  const keep = (call: { method: 'GET' | 'PATCH' | 'POST'; path: string; body?: unknown }) =>
    attempt(async () => (setup.value = await api.call({ ...call, reply: setupSchema })))

  const read = async () => void (await keep({ method: 'GET', path: '/api/v1/setup' }))
  void read()
  return {
    setup,
    isBusy,
    trouble,
    read,
    change: (body) => keep({ method: 'PATCH', path: '/api/v1/tenant', body }),
    logo: (image) => keep({ method: 'POST', path: '/api/v1/tenant/logo', body: { image } }),
    mark: (step, done) => keep({ method: 'POST', path: `/api/v1/setup/steps/${step}`, body: { done } }),
    take: (what, body) =>
      ask(async () => {
        const report = await api.call({ method: 'POST', path: `/api/v1/imports/${what}`, body: { ...body, dryRun: false }, reply: importReportSchema, timeoutMs: 120_000 })
        setup.value = await api.call({ method: 'GET', path: '/api/v1/setup', reply: setupSchema })
        return report
      })
  }
}
