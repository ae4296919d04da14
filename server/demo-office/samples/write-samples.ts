import { randomInt } from 'node:crypto'
import { preparePhoto, type PreparedPhoto } from '../../features/files/store-photo.ts'
import { sealedOfPerson } from '../../features/people/people-sync.ts'
import type { FileStore } from '../../ports/file-store.ts'
import { insertRows, rowOf } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { DemoOffice } from '../demo-office.ts'
import type { GrievanceStory } from '../grievances/grievance-story.ts'
import { insertPhoto, insertReports } from '../grievances/write-grievances.ts'
import { drawDemoPhotos } from '../photos/demo-photo.ts'
import { makeSampleOffice, makeSampleReports, type SampleGround } from './sample-office.ts'

export interface SampleRecord {
  readonly id: string
  /** The table it stands in. */
  readonly kind: 'household' | 'person' | 'person_contact' | 'grievance' | 'reporter_contact'
}

interface PreparedSamples {
  readonly office: DemoOffice
  readonly stories: readonly GrievanceStory[]
  readonly photos: ReadonlyMap<string, PreparedPhoto>
}

/** Photos that are kept: enough to see what they look like. */
const mostPhotos = 12

/**
 * Makes everything up; drawing takes a second or two, so before a transaction is opened. `now`: ms, server clock. What it resolves to writes
 * it in the caller's transaction, past the door that real work comes by: nobody is told of it.
 */
export async function prepareSamples(
  fileStore: FileStore,
  ground: SampleGround,
  given: { grievances: number; now: number }
): Promise<(tx: Tx) => Promise<SampleRecord[]>> {
  const office = makeSampleOffice(ground, { ...given, seed: randomInt(2 ** 32) })
  const scenes = [...new Set(office.departments.categories.flatMap(({ scene }) => (scene === null ? [] : [scene])))].slice(0, 3)
  const drawn = await drawDemoPhotos(office.random.fork('photos'), scenes)
  const stories = makeSampleReports(office, { ...given, photos: drawn })
  let left = mostPhotos
  for (const story of stories) {
    const photos = story.grievance.photos.slice(0, Math.max(0, left))
    left -= photos.length
    story.grievance = { ...story.grievance, photos }
  }
  const used = new Set(stories.flatMap(({ grievance }) => grievance.photos.map(({ sha256 }) => sha256)))
  const photos = new Map<string, PreparedPhoto>()
  for (const { sha256, jpeg } of drawn) if (used.has(sha256)) photos.set(sha256, await preparePhoto(jpeg))
  return (tx) => writeSamples(tx, fileStore, { office, stories, photos })
}

async function writeSamples(tx: Tx, fileStore: FileStore, { office, stories, photos }: PreparedSamples): Promise<SampleRecord[]> {
  const { households, persons, contacts } = office.people
  await insertRows(tx, 'household', households.map(rowOf))
  await insertRows(tx, 'person', persons.map(rowOf))
  await insertRows(tx, 'person_contact', contacts.map((contact) => rowOf(tx.sealed.sealRow({ ...contact }, sealedOfPerson))))
  await insertReports(tx, stories)
  await insertRows(tx, 'grievance_event', stories.flatMap(({ events }) => events.map(rowOf)))
  for (const { grievance } of stories)
    for (const photo of grievance.photos) await insertPhoto(tx, fileStore, { photo, grievance, prepared: photos.get(photo.sha256)! })
  const all = (kind: SampleRecord['kind'], records: readonly { id: string }[]): SampleRecord[] => records.map(({ id }) => ({ id, kind }))
  return [
    ...all('household', households),
    ...all('person', persons),
    ...all('person_contact', contacts),
    ...all('grievance', stories.map(({ grievance }) => grievance)),
    ...all('reporter_contact', stories.flatMap(({ contact }) => contact ?? []))
  ]
}
