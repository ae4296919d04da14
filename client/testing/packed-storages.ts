import {
  fillWithDefaultSettings,
  normalizeMangoQuery,
  prepareQuery,
  type BulkWriteRow,
  type MangoQuery,
  type RxJsonSchema,
  type RxStorageInstance
} from 'rxdb/plugins/core'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import type { RecordCipher } from '#client/local-store/record-cipher.ts'
import { openPacked } from '#client/local-store/packed/opening/open-packed.ts'
import type { PackedDatabase, WriterLock } from '#client/local-store/packed/disk/packed-database.ts'
import type { PackedCollection } from '#client/local-store/packed/packed-collection.ts'
import { packedStorage } from '#client/local-store/packed/packed-storage.ts'

export interface Thing {
  id: string
  type: string
  parent: string
  n: number
}

const plainSchema: RxJsonSchema<Thing> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 20 },
    type: { type: 'string', maxLength: 10 },
    parent: { type: 'string', maxLength: 10 },
    n: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 1 }
  },
  required: ['id', 'type', 'parent', 'n'],
  indexes: [['type', 'parent'], ['n']]
}
export const thingSchema = fillWithDefaultSettings<Thing>(plainSchema)

export type Instance = RxStorageInstance<Thing, unknown, object>
export type Row = BulkWriteRow<Thing>
export type Stored = Row['document']

const paramsOf = (databaseName: string) => ({
  databaseInstanceToken: databaseName,
  databaseName,
  collectionName: 'things',
  schema: thingSchema,
  options: {},
  multiInstance: false,
  devMode: false
})

export interface OpenedPacked {
  instance: Instance
  collection: PackedCollection
  database: PackedDatabase
  close(): Promise<void>
}

/** Opens the collection as one more tab of this device would. */
export async function openThings(
  name: string,
  { cipher = null, lock = null, shared = false }: { cipher?: RecordCipher | null; lock?: WriterLock | null; shared?: boolean } = {}
): Promise<OpenedPacked> {
  const database = await openPacked({ name, cipher, lock, shared })
  const storage = packedStorage(database, [])
  const instance = await storage.createStorageInstance<Thing>(paramsOf(name))
  return {
    instance: instance as Instance,
    collection: instance.internals as PackedCollection,
    database,
    async close() {
      await instance.close()
      storage.close()
      await database.close()
    }
  }
}

export async function openMemory(name: string): Promise<Instance> {
  return (await getRxStorageMemory().createStorageInstance<Thing>(paramsOf(name))) as unknown as Instance
}

/** A document as RxDB hands it to a storage. */
export function stored(thing: Thing, { rev = 1, lwt = 1, deleted = false }: { rev?: number; lwt?: number; deleted?: boolean } = {}): Stored {
  return { ...thing, _deleted: deleted, _rev: `${rev}-test`, _meta: { lwt }, _attachments: {} }
}

export const prepared = (query: MangoQuery<Thing>) => prepareQuery<Thing>(thingSchema, normalizeMangoQuery<Thing>(thingSchema, query))

export async function everything(instance: Instance): Promise<Stored[]> {
  return (await instance.query(prepared({ selector: {}, sort: [{ id: 'asc' }] }))).documents
}

/** Seals with an XOR: enough to see that nothing is stored plain, and that a wrong key is noticed. */
export function testCipher(key: number): RecordCipher {
  const turn = (bytes: Uint8Array<ArrayBuffer>) => bytes.map((byte) => byte ^ key)
  return {
    seal: async (plain) => new Uint8Array([...turn(plain), key]),
    async open(sealed) {
      if (sealed.at(-1) !== key) throw new Error('sealed with another key')
      return turn(sealed.slice(0, -1))
    }
  }
}
