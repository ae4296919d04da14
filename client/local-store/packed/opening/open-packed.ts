import { dexieDatabases } from './dexie-databases.ts'
import { LocalStoreError } from '../disk/local-store-error.ts'
import { PackedDatabase, requested, type PackedDatabaseOptions } from '../disk/packed-database.ts'
import { patientLock } from '../patient-lock.ts'
import { openText, sealText, type StoredText } from '../disk/sealed-text.ts'

/** Sealed with the key of this database, to tell a wrong key from damage. */
const proof = 'sampark'

/**
 * Opens or makes the database, proves the key, and brings over what an app before this one kept. Rejects with LocalStoreError
 * (`wrong-key`, `newer-format`) and deletes nothing then.
 */
export async function openPacked(options: PackedDatabaseOptions): Promise<PackedDatabase> {
  const database = new PackedDatabase({ ...options, lock: options.lock && patientLock(options.lock) })
  try {
    await proveKey(database)
    await bringOver(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

async function proveKey(database: PackedDatabase): Promise<void> {
  const { cipher } = database.options
  const stored = await about<StoredText>(database, 'proof')
  if (stored !== undefined) {
    if (!cipher || (await openText(stored, cipher).catch(() => null)) !== proof) throw new LocalStoreError('wrong-key')
  } else if (cipher) {
    await putAbout(database, 'proof', await sealText(proof, cipher))
  }
}

/** Apps before kept a database per collection, in the form of RxDB's Dexie storage. */
async function bringOver(database: PackedDatabase): Promise<void> {
  if (await about<boolean>(database, 'tidied')) return
  if ((await dexieDatabases(database.options.name)).length > 0) {
    const { moveFromDexie } = await import('./move-from-dexie.ts')
    await moveFromDexie(database)
  }
  await putAbout(database, 'tidied', true)
}

function putAbout(database: PackedDatabase, key: string, value: unknown): Promise<void> {
  return database.transact(['about'], 'readwrite', (transaction) => void transaction.objectStore('about').put(value, key))
}

function about<Value>(database: PackedDatabase, key: string): Promise<Value | undefined> {
  return database.transact(['about'], 'readonly', (transaction) =>
    requested(transaction.objectStore('about').get(key) as IDBRequest<Value | undefined>)
  )
}
