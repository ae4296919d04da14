import type { DeviceOrders } from '#shared/devices/device-orders.ts'
import type { DeviceClock } from '#client/device/clock.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError } from '#client/http/api-error.ts'
import type { StoreOwner } from '#client/local-store/database-names.ts'
import type { DeviceStore } from '#client/local-store/device-store.ts'
import { Outbox } from '#client/local-store/outbox.ts'
import { askOrders, putEndNote, readEndNote, type EndNote } from './end-note.ts'
import { makeRescueFiles } from './rescue-files.ts'
import { sendRescueFile } from './send-rescue-file.ts'

export interface EndingParts {
  readonly store: DeviceStore
  readonly api: Pick<ApiClient, 'call' | 'open'>
  readonly clock: DeviceClock
  /** Whose work lies on this device. */
  owners(): Promise<readonly StoreOwner[]>
  /** Removes all that the note is about, but for the note itself. Doing it again is harmless. */
  wipe(note: EndNote): Promise<void>
  /** The last thing: the note goes too. */
  forget(note: EndNote): Promise<void>
}

const door = '/api/v1/rescue-queues/surrendered'

/**
 * Carries the orders out from wherever the last kill left them: surrender, wipe, say so. Nothing is deleted before the server has
 * confirmed that it holds it, unless the order is to wipe at once. `none`: the office has taken its order back, all is as it was.
 * Throws `OfflineError` and `ApiError`; call again later.
 */
export async function carryOutOrders(parts: EndingParts): Promise<EndNote | 'none'> {
  let note = await readEndNote(parts.store)
  if (note === null) return 'none'
  if (note.phase === 'surrender') {
    const surrendered = await surrenderAll(parts, note)
    if (surrendered === 'none') return 'none'
    note = { ...note, ...surrendered, phase: 'wipe' }
    await putEndNote(parts.store, note)
  }
  await parts.wipe(note)
  await sayWiped(parts.api)
  await parts.forget(note)
  return note
}

/** Resolves when the server holds every file. The order may have changed meanwhile. */
async function surrenderAll(parts: EndingParts, note: EndNote): Promise<Pick<EndNote, 'order' | 'surrendered'> | 'none'> {
  const owners = (await parts.owners()).filter((owner) => note.whose === 'device' || owner.userId === note.userId)
  const sent = new Set<string>()
  for (const owner of owners) {
    const outbox = new Outbox(owner)
    try {
      await outbox.shut(true)
      const answer = await surrenderOne(parts, { outbox, owner, sent })
      if (answer === 'wipe') return { order: 'wipe', surrendered: sent.size }
      if (answer === 'none') {
        await takeBack(parts, owners)
        return 'none'
      }
    } finally {
      outbox.close()
    }
  }
  return { order: note.order, surrendered: sent.size }
}

/** One token for each file. The office may have said something else meanwhile. */
async function surrenderOne(parts: EndingParts, of: { outbox: Outbox; owner: StoreOwner; sent: Set<string> }): Promise<DeviceOrders['order']> {
  const { outbox, owner, sent } = of
  const first = await askOrders(parts.api)
  if (first.order !== 'surrender') return first.order
  const { files, commandIds } = await makeRescueFiles(outbox, { key: first.rescueKey, owner, clock: parts.clock })
  let orders: DeviceOrders = first
  for (const [at, file] of files.entries()) {
    if (at > 0) orders = await askOrders(parts.api)
    if (orders.order !== 'surrender') return orders.order
    await sendRescueFile(parts.api, file, { path: door, authorization: `Surrender ${orders.uploadToken}` })
  }
  for (const id of commandIds) sent.add(id)
  return 'surrender'
}

async function takeBack({ store }: EndingParts, owners: readonly StoreOwner[]): Promise<void> {
  for (const owner of owners) {
    const outbox = new Outbox(owner)
    await outbox.shut(false).finally(() => outbox.close())
  }
  await putEndNote(store, null)
}

/** Said already and the cookie gone with it, or taken back after it was too late: then there is nobody to tell. */
async function sayWiped(api: EndingParts['api']): Promise<void> {
  try {
    await api.call({ method: 'POST', path: '/api/v1/session/wiped', auth: 'cookie' })
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 409)) throw error
  }
}
