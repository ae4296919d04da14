import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { categorySchema } from '#shared/departments/category.ts'
import { pointInPolygon } from '#shared/geo/point-in-polygon.ts'
import { grievanceEventSchema, grievanceSchema, reporterContactSchema } from '#shared/grievances/grievance.ts'
import { grievanceStates, grievanceSteps, type GrievanceState } from '#shared/grievances/grievance-state.ts'
import { dueFrom } from '#shared/grievances/grievance-sla.ts'
import { householdSchema, personContactSchema, personSchema } from '#shared/people/person.ts'
import { normalizePhone } from '#shared/people/phone.ts'
import { makeDemoOffice } from './demo-office.ts'
import { demoRules } from './demo-tenant.ts'
import { makeDemoGrievances } from './grievances/demo-grievances.ts'
import type { GrievanceStory } from './grievances/grievance-story.ts'
import { drawDemoPhotos } from './photos/demo-photo.ts'

const now = Date.UTC(2026, 10, 21, 6)
const yearMs = 366 * 86_400_000
const photos = await drawDemoPhotos(makeDemoOffice({ seed: 1, people: 4, now }).random.fork('photos'))

function makeAll(seed: number, people = 400, count = 300) {
  const office = makeDemoOffice({ seed, people, now })
  const stories = [...makeDemoGrievances(office, { count, photos, compact: false })]
  return { office, stories }
}

function hashOf(seed: number): string {
  const { office, stories } = makeAll(seed, 200, 60)
  const { tenantId, city, departments, users, people } = office
  return createHash('sha256')
    .update(JSON.stringify([tenantId, city, departments, users, people, stories]))
    .digest('hex')
}

describe('the demo office', () => {
  const { office, stories } = makeAll(1)
  const wardOf = new Map(office.city.wards.map((ward) => [ward.id, ward]))

  it('is the same for the same seed and another for another', () => {
    expect(hashOf(5)).toBe(hashOf(5))
    expect(hashOf(5)).not.toBe(hashOf(6))
  })

  it('draws the same photos for the same seed, about forty and all different', async () => {
    const again = await drawDemoPhotos(makeDemoOffice({ seed: 1, people: 4, now }).random.fork('photos'))
    expect(again.map((photo) => photo.sha256)).toEqual(photos.map((photo) => photo.sha256))
    expect(new Set(photos.map((photo) => photo.sha256)).size).toBe(40)
  })

  it('has exactly as many people as asked for, at home in their wards, in Latin and Indic scripts', () => {
    const { households, persons, contacts } = office.people
    expect([households.length, persons.length]).toEqual([100, 400])
    for (const household of households) {
      expect(householdSchema.safeParse(household).success).toBe(true)
      expect(pointInPolygon([household.longitude!, household.latitude!], wardOf.get(household.wardId)!.outline)).toBe(
        true
      )
    }
    const homes = new Map(households.map((household) => [household.id, household]))
    for (const person of persons) {
      expect(personSchema.safeParse(person).success).toBe(true)
      expect(homes.get(person.householdId)!.wardId).toBe(person.wardId)
    }
    const names = makeDemoOffice({ seed: 1, people: 4000, now }).people.persons.map((person) => person.name)
    for (const script of ['Latin', 'Devanagari', 'Kannada', 'Tamil', 'Bengali', 'Arabic']) {
      expect(
        names.some((name) => new RegExp(`^\\p{Script=${script}}+ `, 'u').test(name)),
        script
      ).toBe(true)
    }
    expect(contacts.every((contact) => personContactSchema.safeParse(contact).success)).toBe(true)
  })

  it('gives nobody a number that somebody could have', () => {
    const phones = [...office.people.contacts, ...stories.flatMap(({ contact }) => contact ?? [])].flatMap(
      ({ phone }) => phone ?? []
    )
    expect(phones.length).toBeGreaterThan(200)
    expect(phones.filter((phone) => normalizePhone(phone) !== null)).toEqual([])
    const own = office.people.contacts.flatMap(({ phone }) => phone ?? [])
    expect(new Set(own).size).toBe(own.length)
  })

  it('covers every ward by one worker and has a person of every role', () => {
    const covered = office.users.flatMap((user) => user.wardIds)
    expect(covered.toSorted()).toEqual(office.city.wards.map((ward) => ward.id).toSorted())
    expect(office.users.map(({ login, role }) => `${login} ${role}`)).toEqual(
      expect.arrayContaining(['meera owner', 'ravi officer', 'asha field_worker', 'vimal viewer'])
    )
    expect(office.departments.categories.every((category) => categorySchema.safeParse(category).success)).toBe(true)
  })
})

describe('the grievances of the demo office', () => {
  const { office, stories } = makeAll(1)
  const wardOf = new Map(office.city.wards.map((ward) => [ward.id, ward]))
  const categoryOf = new Map(office.departments.categories.map((category) => [category.id, category]))

  it('are valid, in every state, within the last year, each under a number of its own', () => {
    for (const { grievance, events, contact } of stories) {
      expect(grievanceSchema.safeParse(grievance).error?.issues ?? []).toEqual([])
      expect(events.every((event) => grievanceEventSchema.safeParse(event).success)).toBe(true)
      if (contact) expect(reporterContactSchema.safeParse(contact).success).toBe(true)
      expect(Date.parse(grievance.filedAt)).toBeGreaterThan(now - yearMs)
    }
    expect(new Set(stories.map(({ grievance }) => grievance.state))).toEqual(new Set(grievanceStates))
    expect(new Set(stories.map(({ grievance }) => grievance.number)).size).toBe(stories.length)
  })

  it('lie in their ward', () => {
    const placed = stories.filter(({ grievance }) => grievance.latitude !== null)
    expect(placed.length).toBeGreaterThan(200)
    for (const { grievance } of placed) {
      expect(pointInPolygon([grievance.longitude!, grievance.latitude!], wardOf.get(grievance.wardId!)!.outline)).toBe(
        true
      )
    }
  })

  it('have timelines that the table of steps allows, one after the other, never in the future', () => {
    for (const story of stories) {
      expect(brokenLinks(story)).toEqual([])
      expect(story.events.at(-1)!.toState).toBe(story.grievance.state)
      const times = story.events.map(({ at }) => Date.parse(at))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times.at(-1)).toBeLessThanOrEqual(now)
    }
  })

  it('were due when the calendar says, closed when closed, and rated by a citizen', () => {
    for (const { grievance, events } of stories) {
      const { targetMinutes } = categoryOf.get(grievance.categoryId)!
      const clockMoved = events.some(({ event }) => /reopened|appealed|info/.test(event))
      if (!clockMoved)
        expect(grievance.dueAt).toBe(dueFrom(Date.parse(grievance.filedAt), targetMinutes, demoRules.calendar))
      expect(grievance.closedAt !== null).toBe(grievance.state === 'closed')
      expect(grievance.rating === null || events.some(({ event }) => event === 'grievance.rated')).toBe(true)
      if (grievance.state === 'duplicate')
        expect(stories.some((other) => other.grievance.id === grievance.duplicateOf)).toBe(true)
    }
    const seen = (event: string) => stories.some((story) => story.events.some((one) => one.event === event))
    for (const event of ['grievance.escalated', 'grievance.reopened', 'grievance.rated', 'grievance.appeal_decided'])
      expect(seen(event), event).toBe(true)
  })

  it('keep first and last entry where they are told in short', () => {
    const short = [...makeDemoGrievances(office, { count: 60, photos, compact: true })]
    expect(short.every(({ events }) => events.length <= 2 && events[0]!.event === 'grievance.filed')).toBe(true)
    expect(short.map(({ grievance }) => grievance)).toEqual(stories.slice(0, 60).map(({ grievance }) => grievance))
  })
})

/** Entries that no step of the table leads to, and those that do not start where the one before ended. */
function brokenLinks({ events }: GrievanceStory): string[] {
  let state: GrievanceState | null = null
  const broken: string[] = []
  for (const { event, fromState, toState } of events) {
    const fits = Object.values(grievanceSteps).some(
      (step) =>
        step.event === event &&
        (step.from as readonly string[]).includes(fromState!) &&
        (step.to === 'same' ? toState === fromState : toState === step.to)
    )
    const isPlain =
      event === 'grievance.filed' ? state === null : event === 'grievance.commented' && fromState === toState
    if ((fromState ?? null) !== state || !(fits || isPlain)) broken.push(`${event}: ${fromState} -> ${toState}`)
    state = toState
  }
  return broken
}
