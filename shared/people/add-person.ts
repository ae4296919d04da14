import { z } from 'zod'
import type { Actor } from '../identity/actor.ts'
import { mayDo } from '../identity/access-policy.ts'
import { accept, defineCommand, reject, type RecordWrite, type TouchedRecord } from '../protocol/define-command.ts'
import { householdSchema, personContactSchema, personSchema, type Household } from './person.ts'

export const addHouseholdArgs = householdSchema.omit({ id: true, type: true }).extend({ householdId: z.uuid() })
export type AddHouseholdArgs = z.infer<typeof addHouseholdArgs>

/** Whether the actor works in the ward. */
export function worksIn(actor: Actor, wardId: string): boolean {
  return mayDo(actor, 'person.write', { wardId })
}

export const addHousehold = defineCommand<AddHouseholdArgs>({
  name: 'household.add',
  version: 1,
  args: addHouseholdArgs,
  touches: (args) => [
    { collection: 'places', type: 'household', id: args.householdId, as: 'create' },
    { collection: 'places', type: 'ward', id: args.wardId, as: 'need' }
  ],
  may: (actor, args) => worksIn(actor, args.wardId),
  decide(_rows, { householdId, ...told }) {
    const event = { name: 'household.added', subject: { type: 'household', id: householdId }, data: {} }
    return accept([{ collection: 'places', record: { ...told, id: householdId, type: 'household' } }], [event])
  }
})

export const addPersonArgs = personSchema.omit({ id: true, type: true, wardId: true }).extend({
  personId: z.uuid(),
  contact: personContactSchema.pick({ phone: true, email: true }).extend({ id: z.uuid() }).nullable()
})
export type AddPersonArgs = z.infer<typeof addPersonArgs>

/** A person joins a household; the ward is that of the household. */
export const addPerson = defineCommand<AddPersonArgs>({
  name: 'person.add',
  version: 1,
  args: addPersonArgs,
  touches(args) {
    const touched: TouchedRecord[] = [
      { collection: 'people', type: 'person', id: args.personId, as: 'create' },
      { collection: 'places', type: 'household', id: args.householdId, as: 'need' }
    ]
    if (args.contact) touched.push({ collection: 'contacts', type: 'person_contact', id: args.contact.id, as: 'create' })
    return touched
  },
  may(actor, args, rows) {
    const household = rows.get<Household>('household', args.householdId)
    return household !== null && worksIn(actor, household.wardId)
  },
  decide(rows, { personId, contact, ...told }) {
    const household = rows.get<Household>('household', told.householdId)
    if (!household) return reject('missing_record')
    const wardId = household.wardId
    const writes: RecordWrite[] = [{ collection: 'people', record: { ...told, id: personId, type: 'person', wardId } }]
    if (contact) {
      writes.push({ collection: 'contacts', record: { ...contact, type: 'person_contact', personId, wardId } })
    }
    return accept(writes, [{ name: 'person.added', subject: { type: 'person', id: personId }, data: {} }])
  }
})
