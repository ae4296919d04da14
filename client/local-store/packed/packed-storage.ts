import {
  ensureRxStorageInstanceParamsAreCorrect,
  getPrimaryFieldOfPrimaryKey,
  type RxStorage,
  type RxStorageInstance,
  type RxStorageInstanceCreationParams
} from 'rxdb/plugins/core'
import { RXDB_VERSION } from 'rxdb/plugins/utils'
import { PackedCollection } from './packed-collection.ts'
import type { PackedDatabase } from './disk/packed-database.ts'
import { PackedInstance, type PackedParams } from './packed-instance.ts'
import { TabNews } from './tab-news.ts'

export interface PackedStorage extends RxStorage<PackedCollection, object> {
  /** Stops hearing of other tabs. The database is closed by whoever opened it. */
  close(): void
}

/** RxDB's own fields; they have columns of their own. */
const ownFields = new Set(['_deleted', '_meta', '_rev', '_attachments'])

/** Bookkeeping of RxDB, which is small and must not wait for bodies. */
export function isSmall(collectionName: string): boolean {
  return collectionName.startsWith('_') || collectionName.startsWith('rx-replication-meta')
}

export function collectionKey(collectionName: string, version: number): string {
  return `${collectionName}|${version}`
}

/**
 * RxDB's storage over an opened database. Records are read when they are first asked for or written, bookkeeping at once.
 * `columns`: fields of records kept in memory beside those of the indexes.
 */
export function packedStorage(database: PackedDatabase, columns: readonly string[]): PackedStorage {
  const news = database.options.shared ? new TabNews(database.options.name) : null
  return {
    name: 'packed',
    rxdbVersion: RXDB_VERSION,
    async createStorageInstance<RxDocType>(params: RxStorageInstanceCreationParams<RxDocType, object>) {
      ensureRxStorageInstanceParamsAreCorrect(params)
      const plain = params as unknown as PackedParams
      const primary = getPrimaryFieldOfPrimaryKey(plain.schema.primaryKey)
      const small = isSmall(plain.collectionName)
      const indexed = (plain.schema.indexes ?? []).flat().map((field) => field.split('.')[0]!)
      const fields = [...new Set([...indexed, ...(small ? [] : columns)])].filter((field) => !ownFields.has(field) && field !== primary)
      const key = collectionKey(plain.collectionName, plain.schema.version)
      const collection = new PackedCollection(database, { key, small, primary, fields })
      if (small) await collection.ready()
      const instance = new PackedInstance(plain, collection, news)
      return instance as unknown as RxStorageInstance<RxDocType, PackedCollection, object>
    },
    close: () => news?.close()
  }
}
