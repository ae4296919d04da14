import {
  categorizeBulkWriteRows,
  type BulkWriteRow,
  type CategorizeBulkWriteRowsOutput,
  type EventBulk,
  type PreparedQuery,
  type RxStorageBulkWriteResponse,
  type RxStorageChangeEvent,
  type RxStorageCountResult,
  type RxStorageDefaultCheckpoint,
  type RxStorageInstance,
  type RxStorageInstanceCreationParams,
  type RxStorageQueryResult
} from 'rxdb/plugins/core'
import { Subject, type Observable } from 'rxjs'
import { mendedWriteContext } from '../newer-rev-storage.ts'
import { StaleTurn } from './disk/local-store-error.ts'
import type { PackedCollection } from './packed-collection.ts'
import { countPacked, queryPacked } from './packed-query.ts'
import type { PackedDocument, PackedFields, PackedSchema } from './disk/packed-record.ts'
import type { TabNews } from './tab-news.ts'

export type PackedParams = RxStorageInstanceCreationParams<PackedFields, object>
type Rows = BulkWriteRow<PackedFields>[]
type Events = EventBulk<RxStorageChangeEvent<PackedDocument>, RxStorageDefaultCheckpoint>

/** What the feed or a comparison told, and checkpoints: only the tab that reads the feed may write them. */
const isFenced = (context: string): boolean => context.startsWith('replication-') || context === mendedWriteContext

/** One collection as RxDB asks for it. `internals` is what `replica-reads.ts` reads from directly. */
export class PackedInstance implements RxStorageInstance<PackedFields, PackedCollection, object, RxStorageDefaultCheckpoint> {
  readonly databaseName: string
  readonly collectionName: string
  readonly schema: PackedSchema
  readonly options: Readonly<object>
  readonly internals: PackedCollection
  private readonly changes = new Subject<Events>()
  private readonly news: TabNews | null
  private heard = 0
  private closed: Promise<void> | null = null

  constructor(params: PackedParams, collection: PackedCollection, news: TabNews | null) {
    this.databaseName = params.databaseName
    this.collectionName = params.collectionName
    this.schema = params.schema
    this.options = params.options
    this.internals = collection
    this.news = news
    news?.hear(collection.plan.key, (ids) => {
      collection.queued(() => this.hear(ids)).catch(() => undefined)
    })
  }

  bulkWrite(rows: Rows, context: string): Promise<RxStorageBulkWriteResponse<PackedFields>> {
    return this.internals.exclusive(async () => {
      const written = await this.write(rows, context)
      const { eventBulk, newestRow } = written
      if (newestRow && eventBulk.events.length > 0) {
        eventBulk.checkpoint = this.checkpointOf(newestRow.document)
        this.changes.next(eventBulk as Events)
      }
      return { error: written.errors }
    })
  }

  async findDocumentsById(ids: string[], withDeleted: boolean): Promise<PackedDocument[]> {
    await this.internals.ready()
    const documents = await this.internals.documents(ids)
    return withDeleted ? documents : documents.filter(({ _deleted }) => !_deleted)
  }

  async query(prepared: PreparedQuery<PackedFields>): Promise<RxStorageQueryResult<PackedFields>> {
    await this.internals.ready()
    return { documents: await queryPacked(this.internals, this.schema, prepared) }
  }

  async count(prepared: PreparedQuery<PackedFields>): Promise<RxStorageCountResult> {
    await this.internals.ready()
    return { count: await countPacked(this.internals, this.schema, prepared), mode: 'fast' }
  }

  changeStream(): Observable<Events> {
    return this.changes.asObservable()
  }

  async cleanup(minimumDeletedTime: number): Promise<boolean> {
    const before = Date.now() - minimumDeletedTime
    const { map } = this.internals
    await this.internals.purge((slot) => map.value(slot, '_deleted') === true && (map.value(slot, '_lwt') as number) <= before)
    return true
  }

  getAttachmentData(): Promise<Blob> {
    return Promise.reject(new Error('Replicas hold no attachments.'))
  }

  close(): Promise<void> {
    this.news?.unhear(this.internals.plan.key)
    this.closed ??= this.internals.close()
    return this.closed
  }

  async remove(): Promise<void> {
    await this.internals.remove()
    await this.close()
  }

  /** Judged anew when another tab wrote first. */
  private async write(rows: Rows, context: string): Promise<CategorizeBulkWriteRowsOutput<PackedFields>> {
    for (;;) {
      const known = await this.known(rows)
      const judged = categorizeBulkWriteRows<PackedFields>(this, this.internals.plan.primary, known, rows, context)
      const documents = [...judged.bulkInsertDocs, ...judged.bulkUpdateDocs].map(({ document }) => document)
      if (documents.length === 0) return judged
      try {
        await this.internals.append(documents, isFenced(context))
        this.news?.tell(this.internals.plan.key, documents.map((document) => document[this.internals.plan.primary] as string))
        return judged
      } catch (error) {
        if (!(error instanceof StaleTurn)) throw error
      }
    }
  }

  /** What stands under the ids of these rows: whole where RxDB is told of a conflict, else only what is compared. */
  private async known(rows: Rows): Promise<Map<string, PackedDocument>> {
    const { map, plan } = this.internals
    const known = new Map<string, PackedDocument>()
    if (map.slots.size === 0) return known
    const conflicts: string[] = []
    for (const { document, previous } of rows) {
      const slot = map.slots.get(document[plan.primary] as string)
      if (!slot) continue
      const row = map.row(slot)
      known.set(slot.id, row)
      if (row._rev !== previous?._rev) conflicts.push(slot.id)
    }
    for (const whole of await this.internals.documents(conflicts, true)) known.set(whole[plan.primary] as string, whole)
    return known
  }

  /** Another tab has written these documents: memory follows, and listeners hear of the states that stand now. */
  private async hear(ids: readonly string[]): Promise<void> {
    const { map, plan } = this.internals
    const before = new Map(ids.flatMap((id) => (map.slots.has(id) ? [[id, map.row(map.slots.get(id)!)] as const] : [])))
    await this.internals.catchUp()
    const documents = await this.internals.documents(ids, true)
    const events = documents.map((document): RxStorageChangeEvent<PackedDocument> => {
      const documentId = document[plan.primary] as string
      const known = before.get(documentId)
      const operation = document._deleted ? 'DELETE' : known && !known._deleted ? 'UPDATE' : 'INSERT'
      return { documentId, operation, documentData: document, previousDocumentData: operation === 'INSERT' ? undefined : (known ?? document) } as never
    })
    const last = documents.at(-1)
    if (!last) return
    this.heard += 1
    const id = `${this.databaseName}|${this.collectionName}|heard|${this.heard}|${last._rev}`
    this.changes.next({ id, events, checkpoint: this.checkpointOf(last), context: 'packed-other-tab' })
  }

  private checkpointOf(document: PackedDocument): RxStorageDefaultCheckpoint {
    return { id: document[this.internals.plan.primary] as string, lwt: document._meta.lwt }
  }
}
