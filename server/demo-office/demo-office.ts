import type { Actor } from '#shared/identity/actor.ts'
import type { Person, PersonContact } from '#shared/people/person.ts'
import type { TenantRules } from '#shared/protocol/define-command.ts'
import { makeDemoDepartments, type DemoDepartments } from './departments/demo-departments.ts'
import { makeDemoPeople, type DemoPeople } from './people/demo-people.ts'
import { demoRules } from './demo-tenant.ts'
import { makeDemoUsers, type DemoUser } from './demo-users.ts'
import { makeDemoCity, type DemoCity } from './wards/demo-wards.ts'
import { createRandom, type SeededRandom } from './seeded-random.ts'

const dayMs = 86_400_000

/** Everything of the demo office but its grievances, which come one after the other: there may be a million. */
export interface DemoOffice {
  readonly tenantId: string
  readonly random: SeededRandom
  /** The instant up to which its life is told (ms). */
  readonly now: number
  /** Its calendar, and the prefix of its numbers. */
  readonly rules: TenantRules
  readonly city: Pick<DemoCity, 'wards'>
  readonly departments: DemoDepartments
  readonly users: DemoUser[]
  readonly people: DemoPeople
  readonly personsOfWard: ReadonlyMap<string, readonly Person[]>
  readonly contactOfPerson: ReadonlyMap<string, PersonContact>
  readonly workerOfWard: ReadonlyMap<string, DemoUser>
}

/** The same office for the same seed, number of people and `now` (ms). */
export function makeDemoOffice(options: { seed: number; people: number; now: number }): DemoOffice {
  const { seed, now } = options
  const random = createRandom(seed)
  const madeAt = now - 400 * dayMs
  const city = makeDemoCity(random.fork('wards'), madeAt)
  return joinOffice({
    tenantId: random.fork('tenant').id(madeAt),
    random,
    now,
    rules: demoRules,
    city,
    users: makeDemoUsers(random.fork('users'), madeAt, city.wards),
    people: makeDemoPeople(random.fork('people'), { wards: city.wards, count: options.people, now: madeAt }),
    departments: makeDemoDepartments(random.fork('departments'), madeAt)
  })
}

/** The parts of an office, with what is looked up in them. */
export function joinOffice(parts: Omit<DemoOffice, 'personsOfWard' | 'contactOfPerson' | 'workerOfWard'>): DemoOffice {
  const { people, users } = parts
  return {
    ...parts,
    personsOfWard: groupPersons(people.persons),
    contactOfPerson: new Map(people.contacts.map((contact) => [contact.personId, contact])),
    workerOfWard: new Map(users.flatMap((user) => user.wardIds.map((wardId) => [wardId, user] as const)))
  }
}

/** Who decides at a desk: officers, or whoever there is where the office has none. */
export function officersOf({ users }: DemoOffice): DemoUser[] {
  const officers = users.filter((user) => user.role === 'officer')
  return officers.length > 0 ? officers : users
}

export function actorOfUser({ tenantId, departments }: DemoOffice, user: DemoUser): Actor {
  const departmentId = user.department === null ? null : (departments.idOf[user.department] ?? null)
  return {
    tenantId,
    role: user.role,
    userId: user.id,
    deviceId: null,
    name: user.name,
    departmentId,
    wardIds: user.wardIds
  }
}

/** A citizen or the system: nobody's account, and no name in the timeline. */
export function actorOfRole({ tenantId }: DemoOffice, role: 'citizen' | 'system'): Actor {
  return { tenantId, role, userId: null, deviceId: null, name: '', departmentId: null, wardIds: [] }
}

function groupPersons(persons: readonly Person[]): Map<string, Person[]> {
  const groups = new Map<string, Person[]>()
  for (const person of persons) {
    const group = groups.get(person.wardId)
    if (group) group.push(person)
    else groups.set(person.wardId, [person])
  }
  return groups
}
