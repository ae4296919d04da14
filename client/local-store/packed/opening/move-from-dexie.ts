import { replicaColumns } from '../../replica-document.ts'
import { dexieDatabases } from './dexie-databases.ts'
import { requested, type PackedDatabase } from '../disk/packed-database.ts'
import { documentsPerRecord, packRecord, type PackedDocument } from '../disk/packed-record.ts'
import { collectionKey, isSmall } from '../packed-storage.ts'
import { RecordShelf } from '../disk/record-shelf.ts'

interface OldDatabase {
  name: string
  key: string
  collection: string
}

/**
 * Copies what RxDB's Dexie storage kept on this device: records first, each collection noted as copied with its last part,
 * then the checkpoints, each in one step, and only then the old databases are deleted. What is copied is never copied again; a kill
 * at any step is made good by the next start. Needs no network.
 */
export async function moveFromDexie(database: PackedDatabase): Promise<void> {
  const names = await dexieDatabases(database.options.name)
  const old = names.map(({ name, version, collection }) => ({ name, collection, key: collectionKey(collection, version) }))
  for (const one of old) if (!isSmall(one.collection)) await copyRecords(database, one)
  for (const one of old) if (one.collection.startsWith('rx-replication-meta')) await copyCheckpoints(database, one)
  await Promise.all(names.map(({ name }) => deleteDatabase(name)))
}

async function copyRecords(database: PackedDatabase, old: OldDatabase): Promise<void> {
  if (await noted(database, `copied ${old.key}`)) return
  const shelf = new RecordShelf(database, old.key, false)
  await shelf.clear()
  let { turn } = await shelf.read(0)
  let last: string | null = null
  for (;;) {
    const documents = await readPart(old.name, last)
    if (documents.length === 0) break
    const record = packRecord(documents, { primary: 'id', fields: replicaColumns }, turn.seq + 1)
    turn = await shelf.append(turn, { added: [record] })
    last = record.ids.at(-1)!
  }
  await note(database, `copied ${old.key}`)
}

async function copyCheckpoints(database: PackedDatabase, old: OldDatabase): Promise<void> {
  const documents = await readPart(old.name, null)
  const shelf = new RecordShelf(database, old.key, true)
  const { turn } = await shelf.read(0)
  if (turn.seq > 0 || documents.length === 0) return
  await shelf.append(turn, { added: [packRecord(documents, { primary: 'id', fields: [] }, 1)] })
}

async function noted(database: PackedDatabase, key: string): Promise<boolean> {
  const value = await database.transact(['about'], 'readonly', (transaction) => requested(transaction.objectStore('about').get(key)))
  return value === true
}

function note(database: PackedDatabase, key: string): Promise<void> {
  return database.transact(['about'], 'readwrite', (transaction) => void transaction.objectStore('about').put(true, key))
}

/** The next documents after `last`, in the form RxDB gave them to its storage. */
async function readPart(name: string, last: string | null): Promise<PackedDocument[]> {
  const connection = await requested(indexedDB.open(name))
  try {
    if (!connection.objectStoreNames.contains('docs')) return []
    const range = last === null ? null : IDBKeyRange.lowerBound(last, true)
    const documents = await requested(connection.transaction('docs').objectStore('docs').getAll(range, documentsPerRecord))
    return (documents as PackedDocument[]).map((document) => ({
      ...document,
      _deleted: document._deleted === true || (document._deleted as unknown) === '1'
    }))
  } finally {
    connection.close()
  }
}

/** Resolves also when another tab still holds it open: it goes when that tab ends, and nothing reads it any more. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const deleting = indexedDB.deleteDatabase(name)
    deleting.onsuccess = deleting.onerror = deleting.onblocked = () => resolve()
  })
}
