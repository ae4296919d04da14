import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import type { CollectionName, RecordRef } from '#shared/protocol/collection-names.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { makeId } from '#server/testing/office-fixture.ts'
import type { Device } from '../device/device.ts'
import type { World } from '../world.ts'
import { at, choice, soakCommand } from './soak-command.ts'

/** Saves on a phone as a screen does, in the page that is in hand; true once it is durable. A refusal is told at once and saves nothing; a kill may leave it saved or not. */
export async function save(world: World, device: Device, command: { name: string; args: Record<string, unknown>; base?: Record<string, unknown> }): Promise<boolean> {
  await device.open()
  const { inHand, life } = device
  if (!inHand) return false
  const { engine, code } = inHand
  device.changeHands()
  const death = new Promise<null>((resolve) => life.onDeath.push(() => resolve(null)))
  const saving = engine.sink.submit(command.name, command.args, command.base ? { base: command.base } : {}).catch((error: unknown) => {
    if (life.dead || error instanceof code.CommandRefused) return null
    throw error
  })
  const saved = await Promise.race([saving, death])
  if (!saved) return false
  const made = madeBy(command)
  const isShown = made !== null && (await engine.records.get(made.collection, made.type, made.id).catch(() => null)) != null
  world.saves.push({ deviceId: device.parts.deviceId, commandId: saved.id, made: isShown ? made : null, household: householdOf(command) })
  return true
}

function householdOf({ name, args }: { name: string; args: Record<string, unknown> }): RecordRef | null {
  return name === 'person.add' ? { collection: 'places', type: 'household', id: String(args['householdId']) } : null
}

function madeBy({ name, args }: { name: string; args: Record<string, unknown> }): RecordRef | null {
  if (name === 'grievance.file') return { collection: 'cases', type: 'grievance', id: String(args['grievanceId']) }
  if (name === 'household.add') return { collection: 'places', type: 'household', id: String(args['householdId']) }
  return name === 'person.add' ? { collection: 'people', type: 'person', id: String(args['personId']) } : null
}

/** Records of a type as the person sees them on the page in hand, in a fixed order. */
async function shown(device: Device, collection: CollectionName, type: string) {
  await device.open()
  const { records } = !device.inHand ? { records: [] } : await device.inHand.engine.records.list({ collection, type }).catch(() => ({ records: [] }))
  return records.sort((a, b) => a.id.localeCompare(b.id))
}

const onDevice = fc.record({ device: choice, which: choice })

export const fileGrievance = soakCommand({
  name: 'file grievance', weight: 3, args: fc.record({ device: choice, ward: choice, kind: choice }),
  async run(world, { device: index, ward, kind }) {
    const device = at(world.devices, index)!
    const { office } = world
    const reporter = world.chance.happens(0.3) ? { id: makeId(), name: world.fresh(), phone: '+919820012345', email: null, language: 'en' } : null
    await save(world, device, { name: 'grievance.file', args: {
      grievanceId: makeId(), number: makeTrackingNumber(office.trackingPrefix, randomBytes(10)), categoryId: at(office.categories, kind)!, description: world.fresh(),
      latitude: null, longitude: null, accuracyMetres: null, landmark: world.fresh(), wardId: at(office.wards, ward)!, personId: null, householdId: null,
      source: 'field', visibility: 'public', photos: [], reporter
    } })
  }
})

export const editGrievance = soakCommand({
  name: 'edit grievance', weight: 4, args: fc.record({ device: choice, which: choice, field: fc.constantFrom('description', 'landmark', 'both') }),
  async run(world, { device: index, which, field }) {
    const device = at(world.devices, index)!
    const record = at(await shown(device, 'cases', 'grievance'), which)
    if (!record) return
    const fields = field === 'both' ? ['description', 'landmark'] : [field]
    const changes = Object.fromEntries(fields.map((name) => [name, world.fresh()]))
    const base = Object.fromEntries(fields.map((name) => [name, record[name]]))
    await save(world, device, { name: 'grievance.edit', args: { grievanceId: record.id, changes }, base })
  }
})

export const editPerson = soakCommand({
  name: 'edit person', weight: 3, args: fc.record({ device: choice, which: choice, field: fc.constantFrom('name', 'notes') }),
  async run(world, { device: index, which, field }) {
    const device = at(world.devices, index)!
    const record = at(await shown(device, 'people', 'person'), which)
    if (!record) return
    const value = field === 'notes' ? `${String(record['notes'])} ${world.fresh()}`.trim() : world.fresh()
    await save(world, device, { name: 'person.edit', args: { personId: record.id, changes: { [field]: value } }, base: { [field]: record[field] } })
  }
})

/** The same field of one record on every phone that shows it, before any of them hears of the others. */
export const editEverywhere = soakCommand({
  name: 'edit the same field everywhere', weight: 2, args: fc.record({ which: choice }),
  async run(world, { which }) {
    const lists = await Promise.all(world.devices.map((device) => shown(device, 'cases', 'grievance')))
    const id = at(lists.flat().sort((a, b) => a.id.localeCompare(b.id)), which)?.id
    await Promise.all(world.devices.map(async (device, index): Promise<void> => {
      const record = lists[index]?.find((one) => one.id === id)
      if (!record) return
      const args = { grievanceId: record.id, changes: { landmark: world.fresh() } }
      await save(world, device, { name: 'grievance.edit', args, base: { landmark: record['landmark'] } })
    }))
  }
})

export const comment = soakCommand({
  name: 'comment', weight: 2, args: onDevice,
  async run(world, { device: index, which }) {
    const device = at(world.devices, index)!
    const record = at(await shown(device, 'cases', 'grievance'), which)
    if (record) await save(world, device, { name: 'grievance.comment', args: { grievanceId: record.id, text: world.fresh(), visibility: 'staff' } })
  }
})

export const step = soakCommand({
  name: 'take a step', weight: 2, args: fc.record({ device: choice, which: choice, action: fc.constantFrom('withdraw', 'start', 'escalate', 'resolve', 'reopen') }),
  async run(world, { device: index, which, action }) {
    const device = at(world.devices, index)!
    const record = at(await shown(device, 'cases', 'grievance'), which)
    if (record) await save(world, device, { name: 'grievance.step', args: { grievanceId: record.id, action, text: world.fresh() } })
  }
})

export const addPerson = soakCommand({
  name: 'add household and person', weight: 2, args: fc.record({ device: choice, ward: choice, contact: fc.boolean() }),
  async run(world, { device: index, ward, contact }) {
    const device = at(world.devices, index)!
    const householdId = makeId()
    const place = { wardId: at(world.office.wards, ward)!, houseNumber: world.fresh(), street: 'Lake Road', latitude: null, longitude: null }
    if (!(await save(world, device, { name: 'household.add', args: { householdId, ...place } }))) return
    await save(world, device, { name: 'person.add', args: {
      personId: makeId(), householdId, name: world.fresh(), gender: 'female', birthYear: null, language: 'hi', notes: '',
      contact: contact ? { id: makeId(), phone: '+919820054321', email: null } : null
    } })
  }
})

export const saveCommands = [fileGrievance, editGrievance, editPerson, editEverywhere, comment, step, addPerson]
