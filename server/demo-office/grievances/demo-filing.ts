import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import type { Photo } from '#shared/grievances/grievance.ts'
import type { Actor } from '#shared/identity/actor.ts'
import type { Person } from '#shared/people/person.ts'
import type { Ward } from '#shared/territories/ward.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import { actorOfRole, actorOfUser, type DemoOffice } from '../demo-office.ts'
import type { PhotoScene } from '../departments/department-names.ts'
import type { DemoCategory } from '../departments/demo-departments.ts'
import { positionInside } from '../wards/demo-wards.ts'
import { descriptions, landmarks } from './grievance-texts.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** A drawn photo as grievances speak of it: many may show the same. */
export interface DemoPhotoFacts {
  readonly scene: PhotoScene
  /** Taken after the work was done. */
  readonly mended: boolean
  readonly sha256: string
  readonly size: number
}

export interface DemoFiling {
  readonly args: FileGrievanceArgs
  readonly actor: Actor
  readonly category: DemoCategory
  readonly ward: Ward
  readonly language: 'en' | 'hi'
}

const frequent = new Set(['street-light', 'garbage-pickup', 'no-water', 'drain-blocked', 'pothole', 'garbage-dump'])

interface FilingInput {
  readonly random: SeededRandom
  /** Some time near the filing (ms), for ids. */
  readonly near: number
  readonly photos: readonly DemoPhotoFacts[]
}

/** Who reports what and where: from the portal, at the door or at the counter. */
export function makeFiling(office: DemoOffice, input: FilingInput): DemoFiling {
  const { random, near } = input
  const category = random.weighted(
    office.departments.categories.map((one) => [one, frequent.has(one.code) ? 4 : 1] as const)
  )
  const ward = random.pick(office.city.wards)
  const source = random.weighted([
    ['portal', 60],
    ['field', 30],
    ['counter', 10]
  ] as const)
  const language = random.chance(0.6) ? 'en' : 'hi'
  const place = random.pick(landmarks[language])
  const person = personIn(office, random, ward)
  const known = source === 'field' ? person : null
  const located = source === 'field' || random.chance(0.85)
  const [longitude, latitude] = located ? positionInside(random, ward.outline) : [null, null]
  const args: FileGrievanceArgs = {
    grievanceId: random.id(near),
    number: makeTrackingNumber(office.rules.trackingPrefix, random.bytes(10)),
    categoryId: category.id,
    description: random.pick(saidOf(category, language)).replace('{place}', place),
    latitude,
    longitude,
    accuracyMetres: located ? random.whole(4, 60) : null,
    landmark: language === 'en' ? `Near ${place}` : `${place} के पास`,
    wardId: located || random.chance(0.8) ? ward.id : null,
    personId: known?.id ?? null,
    householdId: known?.householdId ?? null,
    source,
    visibility: random.chance(0.08) ? 'private' : 'public',
    photos: photosOf(input, category.scene),
    reporter:
      person && random.chance(source === 'portal' ? 0.9 : 0.97)
        ? reporterOf(office, { random, person, language, near })
        : null
  }
  return { args, category, ward, language, actor: filerOf(office, { random, source, ward }) }
}

/** What people say of it; where the office has a category of its own, its name and the place. */
function saidOf(category: DemoCategory, language: 'en' | 'hi'): readonly string[] {
  const name = (language === 'hi' && category.names['hi']) || category.name
  return descriptions[category.code]?.[language] ?? [language === 'hi' ? `${name}: {place} के पास` : `${name}: near {place}`]
}

/** A photo that shows `scene`, under an id of its own; none where nothing was drawn. */
export function takePhoto({ random, near, photos }: FilingInput, scene: PhotoScene | null, mended: boolean): Photo[] {
  const fitting = photos.filter((photo) => photo.scene === scene && photo.mended === mended)
  if (fitting.length === 0) return []
  const { sha256, size } = random.pick(fitting)
  return [{ id: random.id(near), sha256, size, state: 'ready' }]
}

function photosOf(input: FilingInput, scene: PhotoScene | null): FileGrievanceArgs['photos'] {
  const count = input.random.weighted([
    [0, 35],
    [1, 45],
    [2, 20]
  ] as const)
  const taken = Array.from({ length: count }, () => takePhoto(input, scene, false)).flat()
  const different = taken.filter((photo, at) => taken.findIndex((other) => other.sha256 === photo.sha256) === at)
  return different.map(({ id, sha256, size }) => ({ id, sha256, size }))
}

function personIn(office: DemoOffice, random: SeededRandom, ward: Ward): Person | null {
  const persons = office.personsOfWard.get(ward.id) ?? []
  return persons.length > 0 ? random.pick(persons) : null
}

function reporterOf(
  office: DemoOffice,
  given: { random: SeededRandom; person: Person; language: 'en' | 'hi'; near: number }
) {
  const { random, person, language, near } = given
  const contact = office.contactOfPerson.get(person.id)
  return {
    id: random.id(near),
    name: random.chance(0.9) ? person.name : null,
    phone: contact?.phone ?? null,
    email: contact?.email ?? null,
    language
  }
}

function filerOf(
  office: DemoOffice,
  given: { random: SeededRandom; source: 'portal' | 'field' | 'counter'; ward: Ward }
): Actor {
  if (given.source === 'portal') return actorOfRole(office, 'citizen')
  const officers = office.users.filter((user) => user.role === 'officer')
  const user = given.source === 'field' ? office.workerOfWard.get(given.ward.id) : given.random.pick(officers)
  return user ? actorOfUser(office, user) : actorOfRole(office, 'citizen')
}
