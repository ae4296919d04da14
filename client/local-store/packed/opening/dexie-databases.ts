/** A database of RxDB's Dexie storage, which kept one for each collection. */
export interface DexieDatabase {
  name: string
  version: number
  collection: string
}

/** What an app before this one kept of the replica of this name. */
export async function dexieDatabases(replica: string): Promise<DexieDatabase[]> {
  const prefix = `rxdb-dexie-${replica}--`
  const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith(prefix) ? [name] : []))
  return names.map((name) => {
    const [version, ...collection] = name.slice(prefix.length).split('--')
    return { name, version: Number(version), collection: collection.join('--') }
  })
}
