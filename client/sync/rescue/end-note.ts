import { deviceOrdersSchema, type DeviceOrders, type EndingOrders } from '#shared/devices/device-orders.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'

/** What this device was told, and how far it is: kept, so that a kill between any two steps loses nothing of it. */
export type EndNote = Pick<EndingOrders, 'order' | 'whose' | 'userId' | 'deviceId'> & {
  /** surrender: the server has not confirmed everything. wipe: nothing here is needed any more. */
  phase: 'surrender' | 'wipe'
  /** Changes that the server has confirmed. */
  surrendered: number
}

const key = 'ending'

/** Null while nobody has ended this device, or when all is done. */
export function readEndNote(store: DeviceStore): Promise<EndNote | null> {
  return store.get<EndNote>(key)
}

export function putEndNote(store: DeviceStore, note: EndNote | null): Promise<void> {
  return store.put(key, note)
}

/** What the office wants of this device, asked with the refresh cookie of old. Throws `ApiError` 401 where there is none. */
export function askOrders(api: Pick<ApiClient, 'call'>): Promise<DeviceOrders> {
  return api.call({ method: 'POST', path: '/api/v1/session/orders', auth: 'cookie', reply: deviceOrdersSchema })
}

/** Asks, and notes what has to be done here. False when that is nothing. Throws as `askOrders`. */
export async function takeOrders(api: Pick<ApiClient, 'call'>, store: DeviceStore): Promise<boolean> {
  const orders = await askOrders(api)
  if (orders.order === 'none') return false
  const { order, whose, userId, deviceId } = orders
  const phase = order === 'wipe' ? 'wipe' : 'surrender'
  if ((await readEndNote(store)) === null) await putEndNote(store, { order, whose, userId, deviceId, phase, surrendered: 0 })
  return true
}
