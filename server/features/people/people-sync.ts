import { peopleCommands } from '#shared/people/people-commands.ts'
import { householdSchema, personContactSchema, personSchema } from '#shared/people/person.ts'
import type { SyncPart } from '../../sync/registry.ts'

/** How to reach a person lies sealed. */
export const sealedOfPerson = ['phone', 'email'] as const

/** Which records and commands of people travel. Households come first: people refer to them. */
export const peopleSync: SyncPart = {
  commands: peopleCommands,
  records: [
    { type: 'household', collection: 'places', table: 'household', schema: householdSchema },
    { type: 'person', collection: 'people', table: 'person', schema: personSchema },
    { type: 'person_contact', collection: 'contacts', table: 'person_contact', schema: personContactSchema, sealed: sealedOfPerson }
  ]
}
