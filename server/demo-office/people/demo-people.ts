import type { Household, Person, PersonContact } from '#shared/people/person.ts'
import type { Ward } from '#shared/territories/ward.ts'
import { positionInside } from '../wards/demo-wards.ts'
import { householdLanguages, nameStocks, type NameStock, type WrittenName } from './person-names.ts'
import type { SeededRandom } from '../seeded-random.ts'

export interface DemoPeople {
  readonly households: Household[]
  readonly persons: Person[]
  readonly contacts: PersonContact[]
}

const streets = [
  'Station Road',
  'Mandir Marg',
  'School Gali',
  'Bada Bazaar',
  'Talab Road',
  'Nehru Path',
  'Masjid Gali',
  'Panchayat Road',
  'Kuan Gali',
  'Mill Road',
  'मुख्य सड़क',
  'तालाब गली',
  'मंदिर मार्ग',
  'बाज़ार रोड'
]
const notes = [
  'Prefers to be called in the evening.',
  'Uses a wheelchair; the ramp is at the back door.',
  'Is hard of hearing; please speak slowly.',
  'शाम को फ़ोन करें।',
  'Works night shifts, at home until noon.'
]

/**
 * Phone numbers that nobody can have: Indian numbers begin with 2-9 (National Numbering Plan 2003), these with 0000.
 * The last six digits tell them apart.
 */
export function inventedPhone(number: number): string {
  return `+910000${String(number % 1_000_000).padStart(6, '0')}`
}

/** `count` people in a quarter as many households, everyone in the ward and language of the household. */
export function makeDemoPeople(
  random: SeededRandom,
  { wards, count, now }: { wards: readonly Ward[]; count: number; now: number }
): DemoPeople {
  const people: DemoPeople = { households: [], persons: [], contacts: [] }
  const thisYear = new Date(now).getUTCFullYear()
  for (const size of householdSizes(random, count)) {
    const ward = random.pick(wards)
    const household = makeHousehold(random, ward, now)
    people.households.push(household)
    const stock = stockOf(random.weighted(householdLanguages))
    const family: Family = {
      household,
      stock,
      surname: random.pick(stock.family),
      native: random.chance(0.45),
      thisYear,
      now
    }
    for (let member = 0; member < size; member += 1) addMember(random, people, { ...family, member })
  }
  return people
}

/** Sizes from 1 up that add to `count`; most are near four. */
function householdSizes(random: SeededRandom, count: number): number[] {
  const sizes = Array.from({ length: Math.max(1, Math.round(count / 4)) }, () => 1)
  for (let left = count - sizes.length; left > 0; left -= 1) sizes[random.whole(0, sizes.length - 1)]! += 1
  return sizes
}

function makeHousehold(random: SeededRandom, ward: Ward, now: number): Household {
  const [longitude, latitude] = positionInside(random, ward.outline)
  const flat = random.chance(0.3) ? `/${random.whole(1, 24)}` : random.chance(0.2) ? random.pick(['A', 'B', 'C']) : ''
  return {
    id: random.id(now),
    type: 'household',
    wardId: ward.id,
    houseNumber: `${random.whole(1, 240)}${flat}`,
    street: `${random.pick(streets)}, ${ward.name}`,
    latitude,
    longitude
  }
}

interface Family {
  household: Household
  stock: NameStock
  surname: WrittenName
  /** Written in the script of the language, not in Latin. */
  native: boolean
  thisYear: number
  now: number
}

function addMember(random: SeededRandom, { persons, contacts }: DemoPeople, family: Family & { member: number }): void {
  const { household, stock, surname, native, member, thisYear, now } = family
  const gender =
    member === 0
      ? random.weighted([
          ['male', 6],
          ['female', 4]
        ] as const)
      : random.weighted([
          ['female', 55],
          ['male', 44],
          ['other', 1]
        ] as const)
  const given = random.pick(gender === 'male' ? stock.male : stock.female)
  const script = native ? 1 : 0
  const age = member < 2 ? random.whole(22, 74) : random.whole(0, 82)
  const person: Person = {
    id: random.id(now),
    type: 'person',
    householdId: household.id,
    wardId: household.wardId,
    name: `${given[script]} ${surname[script]}`,
    gender,
    birthYear: random.chance(0.93) ? thisYear - age : null,
    language: stock.language,
    notes: random.chance(0.04) ? random.pick(notes) : ''
  }
  persons.push(person)
  if (member > 0 && (age < 16 || random.chance(0.45))) return
  const phone = inventedPhone(persons.length)
  const email = random.chance(0.08) ? `${given[0].toLowerCase()}.${persons.length}@example.invalid` : null
  contacts.push({
    id: random.id(now),
    type: 'person_contact',
    personId: person.id,
    wardId: household.wardId,
    phone,
    email
  })
}

function stockOf(language: NameStock['language']): NameStock {
  return nameStocks.find((stock) => stock.language === language)!
}
