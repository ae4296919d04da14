import type { AddHouseholdArgs, AddPersonArgs } from '#shared/people/add-person.ts'
import type { Person } from '#shared/people/person.ts'

/** What the form for a person asks; `phone` in E.164. */
export interface NewPerson extends Pick<Person, 'name' | 'gender' | 'birthYear' | 'language'> {
  readonly phone: string | null
}

/** The arguments of `person.add`. `newId` makes an id each time. */
export function argsOfPerson(person: NewPerson, householdId: string, newId: () => string): AddPersonArgs {
  const { phone, ...told } = person
  return { ...told, householdId, notes: '', personId: newId(), contact: phone ? { id: newId(), phone, email: null } : null }
}

/** What the form for a household asks; `place` where the worker stood when asked for it. */
export interface NewHousehold {
  readonly wardId: string
  readonly houseNumber: string
  readonly street: string
  readonly place: { latitude: number; longitude: number } | null
}

/** The arguments of `household.add`. */
export function argsOfHousehold({ place, ...told }: NewHousehold, householdId: string): AddHouseholdArgs {
  return { ...told, householdId, latitude: place?.latitude ?? null, longitude: place?.longitude ?? null }
}
