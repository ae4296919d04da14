/** A database as it was found on a phone: bytes and blobs as base64 in values. */
export interface FoundDatabase {
  name: string
  version: number
  stores: {
    name: string
    keyPath: string | string[] | null
    autoIncrement: boolean
    indexes: { name: string; keyPath: string | string[]; unique: boolean; multiEntry: boolean }[]
    rows: [key: IDBValidKey, value: unknown][]
  }[]
}

const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no reason'))
  })

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))

function revive(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if ('$blob' in value) return new Blob([bytesOf(String(value.$blob))], { type: String((value as { type?: string }).type ?? '') })
  if ('$bytes' in value) return bytesOf(String(value.$bytes))
  if ('$buffer' in value) return bytesOf(String(value.$buffer)).buffer
  return value
}

/** Puts databases found on a phone into this IndexedDB, as they were. */
export async function loadDatabases(found: readonly FoundDatabase[]): Promise<void> {
  for (const { name, version, stores } of JSON.parse(JSON.stringify(found), revive) as FoundDatabase[]) {
    const opening = indexedDB.open(name, version)
    opening.onupgradeneeded = () => {
      for (const { rows, indexes, ...one } of stores) {
        const store = opening.result.createObjectStore(one.name, { keyPath: one.keyPath, autoIncrement: one.autoIncrement })
        for (const index of indexes) store.createIndex(index.name, index.keyPath, index)
        for (const [key, value] of rows) store.put(value, one.keyPath === null ? key : undefined)
      }
    }
    const database = await done(opening)
    database.close()
  }
}
