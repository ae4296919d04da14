import type { Device } from '../device/device.ts'
import type { World } from '../world.ts'
import { Broken, differences, type Difference } from './compare.ts'

const patienceMs = 20_000
/** So long nobody helps: pokes and receipts alone must bring everything. */
const unaidedMs = 1_500

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Counted, not judged: how many devices needed a push of the button, because a poke had been lost on the bad line. */
export const nudged = { count: 0 }

/**
 * Good lines, every phone open, and then waits until nothing is unsent and every phone shows what the database says it
 * may. Throws with what is still different when that does not come true.
 */
export async function becomeQuiet(world: World): Promise<void> {
  for (const device of world.devices) Object.assign(device.line, { online: true, trouble: 0 })
  for (const device of world.devices) await openForGood(device)
  await Promise.all(world.devices.map((device) => until(world, device, async () => unsettled(world, device))))
  await Promise.all(world.devices.map((device) => until(world, device, () => shownDifferences(world, device))))
}

/** A kill that was armed may still come while it opens. */
async function openForGood(device: Device): Promise<void> {
  device.life.dieAt({ step: -1, when: 'before' })
  while (!device.engine) await device.open()
  device.engine.syncNow()
}

async function until(world: World, device: Device, missing: () => Promise<Difference[]>): Promise<void> {
  const begun = performance.now()
  let helped = false
  for (;;) {
    if (!device.engine) await device.open()
    const { life } = device
    // A transaction under way when the kill was disarmed may still be its last: it opens once more.
    const left = await missing().catch((error: unknown): Difference[] => {
      if (!life.dead) throw error
      return [{ what: 'killed', here: null, there: null }]
    })
    if (left.length === 0) return
    const waited = performance.now() - begun
    if (waited > patienceMs) throw new Broken(`${device.name} comes to rest`, { left: left.slice(0, 3), ...signsOf(world, device) })
    if (waited > unaidedMs) {
      if (!helped) nudged.count += 1
      helped = true
      device.engine?.syncNow()
    }
    await sleep(waited > unaidedMs ? 200 : 20)
  }
}

/** What helps to find out why: what the app says of itself, and its last requests. */
function signsOf(world: World, device: Device) {
  const { items: _items, progress: _progress, ...status } = device.engine?.status() ?? { items: [], progress: {} }
  const heard = world.recorder.heard.filter((one) => one.deviceId === device.parts.deviceId).slice(-4)
  const last = heard.map((one) => `${Math.round(performance.now() - one.sentAt)} ms ago ${one.path} ${one.request.slice(0, 400)} -> ${one.status} ${one.reply.slice(0, 400)}`)
  return { status, life: device.life.number, last }
}

/** Saves without a verdict, those that the status has not noticed yet included. */
function unsettled(world: World, device: Device): Difference[] {
  const status = device.engine?.status()
  const known = new Set(status?.items.map((item) => item.id))
  const unnoticed = world.saves.filter((save) => save.deviceId === device.parts.deviceId && !known.has(save.commandId))
  if (status?.unsent === 0 && unnoticed.length === 0) return []
  return [{ what: 'unsent', here: status?.items.filter((item) => item.state !== 'received') ?? [], there: unnoticed }]
}

/** What the open app shows against what the database says, record by record. Nothing is pending any more. */
async function shownDifferences(world: World, device: Device): Promise<Difference[]> {
  const { engine } = device
  if (!engine) return [{ what: 'closed', here: null, there: null }]
  const truth = await world.stage.oracle.visibleTo(world.office.tenantId, device.parts.userId)
  const shown = new Map<string, Record<string, unknown>>()
  for (const { collection, type } of allTypes) {
    const { records } = await engine.records.list({ collection, type })
    for (const record of records) shown.set(record.id, record)
  }
  return differences(shown, new Map([...truth].map(([id, { document: { rev: _rev, ...rest } }]) => [id, rest])))
}

export const allTypes = [
  { collection: 'cases', type: 'grievance' }, { collection: 'cases', type: 'grievance_event' }, { collection: 'people', type: 'person' },
  { collection: 'contacts', type: 'person_contact' }, { collection: 'contacts', type: 'reporter_contact' }, { collection: 'places', type: 'ward' },
  { collection: 'places', type: 'household' }, { collection: 'reference', type: 'department' }, { collection: 'reference', type: 'category' },
  { collection: 'reference', type: 'staff' }, { collection: 'issues', type: 'sync_issue' }
] as const
