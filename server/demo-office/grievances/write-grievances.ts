import { sealedOfReporter } from '../../features/grievances/grievance-sync.ts'
import { preparePhoto, storePhoto, type PreparedPhoto } from '../../features/files/store-photo.ts'
import type { FileStore } from '../../ports/file-store.ts'
import { newId } from '../../ports/new-id.ts'
import { chunksOf, insertRows, rowOf } from '../../postgres/insert-rows.ts'
import type { Database, Tx } from '../../postgres/transaction.ts'
import type { DemoPhoto } from '../photos/demo-photo.ts'
import type { GrievanceStory } from './grievance-story.ts'

/** Rows per transaction: a long one would hide new rows of the whole cluster from every reader of the feed. */
const chunkRows = 500
const photosPerChunk = 25
/** Chunks under way at once: Postgres works on them while the next stories are told. */
const lanes = 3

export interface GrievanceTarget {
  readonly tenantId: string
  readonly database: Database
  readonly fileStore: FileStore
  readonly photos: readonly DemoPhoto[]
  /** Told after each chunk how many are written. */
  readonly progress: (written: number) => void
}

/** Writes the stories as they come, with numbers, contacts, timelines and the bytes of their photos. */
export async function writeGrievances(target: GrievanceTarget, stories: Iterable<GrievanceStory>): Promise<void> {
  const prepared = new Map<string, PreparedPhoto>()
  for (const photo of target.photos) prepared.set(photo.sha256, await preparePhoto(photo.jpeg))
  const underWay = new Set<Promise<void>>()
  let written = 0
  for (const chunk of inChunks(stories)) {
    const work = writeChunk(target, chunk, prepared).then(() => {
      written += chunk.length
      underWay.delete(work)
      target.progress(written)
    })
    underWay.add(work)
    if (underWay.size >= lanes) await Promise.race(underWay)
  }
  await Promise.all(underWay)
}

function* inChunks(stories: Iterable<GrievanceStory>): Generator<GrievanceStory[]> {
  let chunk: GrievanceStory[] = []
  for (const story of stories) {
    chunk.push(story)
    if (chunk.length < chunkRows) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

async function writeChunk(
  target: GrievanceTarget,
  stories: GrievanceStory[],
  prepared: ReadonlyMap<string, PreparedPhoto>
): Promise<void> {
  const { database } = target
  await database.withTenant(target, async (tx) => {
    // A crash loses the whole demo office, which is then made anew: no commit needs to wait for the disk.
    await tx.query('set local synchronous_commit = off')
    await insertReports(tx, stories)
  })
  for (const events of chunksOf(
    stories.flatMap((story) => story.events),
    chunkRows
  )) {
    await database.withTenant(target, async (tx) => {
      await tx.query('set local synchronous_commit = off')
      await insertRows(tx, 'grievance_event', events.map(rowOf))
    })
  }
  await writePhotos(target, stories, prepared)
}

/** Reports with their numbers and the contacts of their reporters; their timelines are rows of `grievance_event`. */
export async function insertReports(tx: Tx, stories: readonly GrievanceStory[]): Promise<void> {
  await insertRows(tx, 'grievance', stories.map(({ grievance }) => rowOf(grievance)))
  await insertRows(tx, 'grievance_number', stories.map(({ grievance }) => ({ number: grievance.number, grievance_id: grievance.id, main: true })))
  await insertRows(
    tx,
    'reporter_contact',
    stories.flatMap(({ contact }) => (contact ? [rowOf(tx.sealed.sealRow({ ...contact }, sealedOfReporter))] : []))
  )
}

async function writePhotos(
  target: GrievanceTarget,
  stories: readonly GrievanceStory[],
  prepared: ReadonlyMap<string, PreparedPhoto>
): Promise<void> {
  const taken = stories.flatMap(({ grievance }) => grievance.photos.map((photo) => ({ photo, grievance })))
  for (const chunk of chunksOf(taken, photosPerChunk)) {
    await target.database.withTenant(target, async (tx) => {
      for (const { photo, grievance } of chunk) await insertPhoto(tx, target.fileStore, { photo, grievance, prepared: prepared.get(photo.sha256)! })
    })
  }
}

/** Through the same door as every uploaded photo; the record says already that it is ready. */
export async function insertPhoto(
  tx: Tx,
  fileStore: FileStore,
  { photo, grievance, prepared }: { photo: { id: string }; grievance: GrievanceStory['grievance']; prepared: PreparedPhoto }
): Promise<void> {
  const clock = { now: () => Date.parse(grievance.filedAt) }
  await storePhoto(
    tx,
    { fileStore, clock, newId: () => newId(clock), photoSettled: async () => undefined },
    { photoId: photo.id, subject: { type: 'grievance', id: grievance.id }, filedBy: grievance.filedBy, prepared }
  )
}
