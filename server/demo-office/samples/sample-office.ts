import type { Category } from '#shared/departments/category.ts'
import type { TenantRules } from '#shared/protocol/define-command.ts'
import type { Ward } from '#shared/territories/ward.ts'
import { joinOffice, type DemoOffice } from '../demo-office.ts'
import { categoryFacts } from '../departments/category-facts.ts'
import type { DemoCategory } from '../departments/demo-departments.ts'
import { makeDemoGrievances } from '../grievances/demo-grievances.ts'
import type { DemoPhotoFacts } from '../grievances/demo-filing.ts'
import type { GrievanceStory } from '../grievances/grievance-story.ts'
import { makeDemoPeople, type DemoPeople } from '../people/demo-people.ts'
import { createRandom } from '../seeded-random.ts'

/** What an office has of its own, for samples to be put into. */
export interface SampleGround {
  readonly tenantId: string
  readonly rules: TenantRules
  readonly wards: readonly Ward[]
  readonly categories: readonly Category[]
  /** Who asked for the samples: the one who does everything in them that an office does. */
  readonly owner: { readonly id: string; readonly name: string }
}

const dayMs = 86_400_000
const peoplePerReport = 1.25

/** An office like the demo's made of the real one's wards and categories: nobody of its staff but the owner has done anything in it. */
export function makeSampleOffice(ground: SampleGround, given: { seed: number; now: number; grievances: number }): DemoOffice {
  const random = createRandom(given.seed)
  const madeAt = given.now - 60 * dayMs
  const wards = [...ground.wards]
  const people = makeDemoPeople(random.fork('people'), { wards, count: Math.ceil(given.grievances * peoplePerReport), now: madeAt })
  const wardIds = wards.map(({ id }) => id)
  return joinOffice({
    tenantId: ground.tenantId,
    random,
    now: given.now,
    rules: ground.rules,
    city: { wards },
    users: [{ ...ground.owner, login: '', role: 'owner', department: null, language: 'en', wardIds }],
    people: markedPeople(people),
    departments: { departments: [], idOf: {}, categories: ground.categories.map(sampleCategory) }
  })
}

/** The reports, each saying that it is a sample; private, so that no page for citizens ever lists one. */
export function makeSampleReports(office: DemoOffice, given: { grievances: number; photos: readonly DemoPhotoFacts[] }): GrievanceStory[] {
  const stories = [...makeDemoGrievances(office, { count: given.grievances, photos: given.photos, compact: false })]
  for (const story of stories) story.grievance = { ...story.grievance, description: marked(story.grievance.description, 'before'), visibility: 'private' }
  return stories
}

/** Photos are there where the office's category is one of the demo's; none is asked for. */
function sampleCategory(category: Category): DemoCategory {
  return { ...category, proofOfFix: false, department: null, scene: categoryFacts.find(({ code }) => code === category.code)?.scene ?? null }
}

function markedPeople({ households, persons, contacts }: DemoPeople): DemoPeople {
  return {
    households: households.map((household) => ({ ...household, street: marked(household.street) })),
    persons: persons.map((person) => ({ ...person, name: marked(person.name) })),
    contacts
  }
}

/** In the script that the text is written in. */
function marked(text: string, place: 'before' | 'after' = 'after'): string {
  const word = /[\u0900-\u097f]/.test(text) ? 'नमूना' : 'Sample'
  return place === 'before' ? `${word}: ${text}` : `${text} (${word})`
}
