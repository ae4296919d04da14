import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { makeId } from '#server/testing/office-fixture.ts'
import { save } from './save-commands.ts'
import { at, choice, soakCommand } from './soak-command.ts'

const place = fc.record({ here: choice, there: choice, ward: choice, first: fc.boolean() })

/** Somebody tells a colleague of a household that is on one phone only, and both go on working: whoever is online first. */
export const personBeforeHousehold = soakCommand({
  name: 'add a person to a household that is on another phone only', weight: 1, args: place,
  async run(world, { here, there, ward, first }) {
    const householdId = makeId()
    const home = { householdId, wardId: at(world.office.wards, ward)!, houseNumber: world.fresh(), street: 'Lake Road', latitude: null, longitude: null }
    const person = { personId: makeId(), householdId, name: world.fresh(), gender: 'female', birthYear: null, language: 'hi', notes: '', contact: null }
    const saves = [
      () => save(world, at(world.devices, here)!, { name: 'household.add', args: home }),
      () => save(world, at(world.devices, there)!, { name: 'person.add', args: person })
    ]
    for (const one of first ? saves : saves.reverse()) await one()
  }
})

export const commentBeforeGrievance = soakCommand({
  name: 'comment on a grievance that is on another phone only', weight: 1, args: place,
  async run(world, { here, there, ward, first }) {
    const { office } = world
    const grievanceId = makeId()
    const filed = {
      grievanceId, number: makeTrackingNumber(office.trackingPrefix, randomBytes(10)), categoryId: at(office.categories, there)!, description: world.fresh(), latitude: null,
      longitude: null, accuracyMetres: null, landmark: null, wardId: at(office.wards, ward)!, personId: null, householdId: null, source: 'field',
      visibility: 'public', photos: [], reporter: null
    }
    const saves = [
      () => save(world, at(world.devices, here)!, { name: 'grievance.file', args: filed }),
      () => save(world, at(world.devices, there)!, { name: 'grievance.comment', args: { grievanceId, text: world.fresh(), visibility: 'staff' } })
    ]
    for (const one of first ? saves : saves.reverse()) await one()
  }
})

export const heldCommands = [personBeforeHousehold, commentBeforeGrievance]
