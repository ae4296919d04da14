import { shallowRef, type Ref, type ShallowRef } from 'vue'
import { deviceListSchema, deviceSchema, type Device } from '#shared/devices/device.ts'
import { allPages } from '#client/http/all-pages.ts'
import { callRoute } from '#client/http/call-route.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useReading } from '#client/http/use-reading.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface OfficeDevices {
  readonly devices: Readonly<ShallowRef<readonly Device[]>>
  readonly isLoading: Readonly<Ref<boolean>>
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: Readonly<ShallowRef<Trouble | null>>
  /** Keeps the device out; it surrenders what is unsent, then wipes itself. True when it is said. */
  revoke(id: string): Promise<boolean>
  /** Keeps the device out; it wipes itself at once. The reason stays on record. */
  reportStolen(id: string, reason: string): Promise<boolean>
}

/** Devices the reader may see: all of the office for an owner, else his own. */
export function useDevices(): OfficeDevices {
  const { api } = useDesk()
  const devices = shallowRef<readonly Device[]>([])
  const { isLoading, trouble, read } = useReading()
  const { isBusy, attempt } = useAttempt(trouble)

  const end = (id: string, { path, ...rest }: { path: 'revoke' | 'stolen'; body?: object }) =>
    attempt(async () => {
      const device = await api.call({ method: 'POST', path: `/api/v1/devices/${id}/${path}`, ...rest, reply: deviceSchema })
      devices.value = devices.value.map((one) => (one.id === id ? device : one))
    })

  void read(
    () =>
      allPages(async (after) => {
        const { devices: rows, next } = await callRoute(api, 'GET /api/v1/devices', { query: { after } }, deviceListSchema)
        return { rows, next }
      }),
    (all) => (devices.value = all)
  )
  return {
    devices,
    isLoading,
    isBusy,
    trouble,
    revoke: (id) => end(id, { path: 'revoke' }),
    reportStolen: (id, reason) => end(id, { path: 'stolen', body: { reason } })
  }
}
