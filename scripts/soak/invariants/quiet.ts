import type { Device, Tab } from '../device/device.ts'
import type { World } from '../world.ts'
import { beyond, Broken, differences, type Difference } from './compare.ts'
import { heldForGood, neededByHeld } from './held.ts'

/** Long, because the machine may be busy; only a failure waits for its end. */
const patienceMs = 180_000
/** So long nobody helps: pokes and receipts alone must bring everything. */
const unaidedMs = 1_500

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Counted, not judged: how many devices needed a push of the button, because a poke had been lost on the bad line. */
export const nudged = { count: 0 }

/**
 * Good lines, every phone open, and then waits until nothing is unsent and every phone shows what the database says it
 * may. Throws with what is still different when that does not come true. A phone that was killed before it had noted how far it had read
 * may hold records whose removal the feed has forgotten: what finds them is the comparison after 90 days or each week, here made now. A restore
 * needs none: the phone compares by itself when it hears of it.
 */
export async function becomeQuiet(world: World): Promise<void> {
  for (const device of world.devices) Object.assign(device.line, { online: true, trouble: 0 })
  for (const device of world.devices) await openForGood(device)
  // Until nobody had to be waited for in a whole round: what one phone sent last may be what the command of another waited for at the
  // server, and a phone may have been calm only because the answer that tells it of a restore was still on its way.
  while ((await lookAtAll(world)).includes('waited'));
}

async function lookAtAll(world: World): Promise<Waited[]> {
  const each = (missing: (world: World, device: Device) => Promise<Difference[]>) => Promise.all(world.devices.map((device) => until(world, device, () => missing(world, device))))
  const settled = await each(unsettled)
  const mended: Waited[] = []
  for (const device of world.devices) if (needsComparison(world, device)) mended.push(await until(world, device, () => unmended(world, device)))
  return [...settled, ...mended, ...(await each(shownDifferences))]
}

const needsComparison = (world: World, device: Device): boolean => device.drifted || (world.prunes > 0 && device.deaths > 0)

/** A kill that was armed may still come while it opens. */
async function openForGood(device: Device): Promise<void> {
  device.life.dieAt({ step: -1, when: 'before' })
  while (!device.engine) await device.open()
  for (const tab of device.tabs) {
    await logInAgain(device, tab)
    tab.engine.syncNow()
  }
}

async function logInAgain({ parts, life }: Device, { session }: Tab): Promise<void> {
  if (session.view().state === 'active') return
  await session.login(parts.login, parts.password).catch((error: unknown) => {
    if (!life.dead) throw error
  })
}

type Waited = 'waited' | 'at once'

async function until(world: World, device: Device, missing: () => Promise<Difference[]>): Promise<Waited> {
  const begun = performance.now()
  let helped = false
  for (let looks = 0; ; looks += 1) {
    if (!device.engine) await device.open()
    const { life } = device
    // A transaction under way when the kill was disarmed may still be its last: it opens once more.
    const left = await missing().catch((error: unknown): Difference[] => {
      if (!life.dead) throw error
      return [{ what: 'killed', here: null, there: null }]
    })
    if (left.length === 0) return looks > 0 ? 'waited' : 'at once'
    const waited = performance.now() - begun
    if (waited > patienceMs) throw new Broken(`${device.name} comes to rest`, { left: left.slice(0, 3), about: storyOf(world, device, left), ...signsOf(world, device) })
    if (waited > unaidedMs) {
      if (!helped) nudged.count += 1
      helped = true
      for (const { engine } of device.tabs) engine.syncNow()
    }
    await sleep(waited > unaidedMs ? 200 : 20)
  }
}

/** Every answer that this phone got about the first record that differs, and what it said of it. */
function storyOf(world: World, device: Device, [first]: Difference[]): string[] {
  const id = /[0-9a-f-]{36}/.exec(first?.what ?? '')?.[0]
  if (!id) return []
  const told = world.recorder.heard.filter((one) => one.deviceId === device.parts.deviceId && (one.reply.includes(id) || one.request.includes(id)))
  const part = (text: string) => text.split(id).slice(1).map((rest, at) => `${text.split(id)[at]!.slice(-60)}<id>${rest.slice(0, 160)}`).join(' ... ')
  return told.map((one) => `${Math.round(one.sentAt)}-${Math.round(one.heardAt)} ${one.path.split('/').at(-1)} asks ${part(one.request)} -> ${one.status} ${part(one.reply)}`)
}

/** What helps to find out why: what the app says of itself, and its last requests. */
function signsOf(world: World, device: Device) {
  const { items: _items, progress: _progress, ...status } = device.engine?.status() ?? { items: [], progress: {} }
  const heard = world.recorder.heard.filter((one) => one.deviceId === device.parts.deviceId).slice(-4)
  const last = heard.map((one) => `${Math.round(performance.now() - one.sentAt)} ms ago ${one.path} ${one.request.slice(0, 400)} -> ${one.status} ${one.reply.slice(0, 400)}`)
  return { status, life: device.life.number, last }
}

/**
 * Saves without a verdict, those that the status has not noticed yet included; without those that rightly wait on the server. After a restore only
 * what the outbox holds counts, once it knows of it: until then it does not know what it has to send again.
 */
async function unsettled(world: World, device: Device): Promise<Difference[]> {
  if (!device.engine) return [{ what: 'closed', here: null, there: null }]
  const { generation, unsent } = world.restores > 0 ? await storedIn(device) : unasked
  if (world.restores > 0 && generation !== (await generationOf(world))) return [{ what: 'has not heard of the restore', here: generation, there: null }]
  return (await Promise.all(device.tabs.map((tab) => unsettledIn(world, tab, { deviceId: device.parts.deviceId, stored: unsent })))).flat()
}

async function generationOf({ stage, office }: World): Promise<number | undefined> {
  const [row] = await stage.oracle.rows<{ generation: number }>(office.tenantId, 'select generation from sync_origin where tenant_id = $1', [office.tenantId])
  return row?.generation
}

const unasked = { generation: null, unsent: [] }

/** What the outbox knows, whatever a page makes of it: the generation it heard of last, and the ids of what waits in it. */
async function storedIn({ engine, code }: Device): Promise<{ generation: number | null; unsent: string[] }> {
  if (!engine || !code) return { generation: null, unsent: [] }
  const outbox = new code.Outbox(engine.owner)
  const [{ generation }, { rows }] = [await outbox.marks(), await outbox.unsent()]
  outbox.close()
  return { generation, unsent: rows.map((row) => row.id) }
}

async function unsettledIn(world: World, { engine }: Tab, { deviceId, stored }: { deviceId: string; stored: readonly string[] }): Promise<Difference[]> {
  const { items, unsent } = engine.status()
  const known = new Set(items.map((item) => item.id))
  const unnoticed = world.saves.filter((save) => save.deviceId === deviceId && !known.has(save.commandId))
  const waiting = items.filter((item) => item.state === 'waiting')
  const calm = waiting.length === unsent && unnoticed.length === 0 && stored.every((id) => waiting.some((item) => item.id === id))
  const held = calm && waiting.length > 0 ? await heldForGood(world) : new Map()
  if (calm && waiting.every((item) => held.has(item.id))) return []
  return [{ what: 'unsent', here: items.filter((item) => item.state !== 'received'), there: { unnoticed, stored } }]
}

/** Copies that were edited by hand, until a comparison finds nothing more to mend. */
async function unmended(world: World, device: Device): Promise<Difference[]> {
  // A refresh that began on the bad line may still fail what waits for it; a second page may take the reading over meanwhile.
  const report = await device.engine?.repair().catch((error: unknown) => {
    if (error instanceof device.code!.OfflineError || error instanceof device.code!.FeedTaken) return null
    throw error
  })
  const needed = report?.left ? (await neededByHeld(world, device.parts.deviceId)).size : 0
  if (!report || report.left > needed || report.mended.length > 0) return [{ what: 'copies edited by hand', here: report ?? 'closed', there: null }]
  device.drifted = false
  return []
}

/** What each page of the open app shows against what the database says, record by record. Nothing is pending any more. */
async function shownDifferences(world: World, device: Device): Promise<Difference[]> {
  if (!device.engine) return [{ what: 'closed', here: null, there: null }]
  return (await Promise.all(device.tabs.map((tab) => differencesOf(world, device, tab)))).flat()
}

async function differencesOf(world: World, device: Device, { engine }: Tab): Promise<Difference[]> {
  const truth = await world.stage.oracle.visibleTo(world.office.tenantId, device.parts.userId)
  const shown = new Map<string, Record<string, unknown>>()
  for (const { collection, type } of allTypes) {
    const { records } = await engine.records.list({ collection, type })
    for (const record of records) shown.set(record.id, record)
  }
  const found = differences(shown, new Map([...truth].map(([id, { document: { rev: _rev, ...rest } }]) => [id, rest])))
  return found.length > 0 ? beyond(found, await neededByHeld(world, device.parts.deviceId)) : found
}

export const allTypes = [
  { collection: 'cases', type: 'grievance' }, { collection: 'cases', type: 'grievance_event' }, { collection: 'people', type: 'person' },
  { collection: 'contacts', type: 'person_contact' }, { collection: 'contacts', type: 'reporter_contact' }, { collection: 'places', type: 'ward' },
  { collection: 'places', type: 'household' }, { collection: 'reference', type: 'department' }, { collection: 'reference', type: 'category' },
  { collection: 'reference', type: 'staff' }, { collection: 'issues', type: 'sync_issue' }
] as const
