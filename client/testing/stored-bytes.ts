/** Everything that lies in the databases whose names begin with `prefix`: strings and keys as UTF-8, buffers and blobs as they are. */
export async function storedBytes(prefix: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (const { name = '' } of await indexedDB.databases()) {
    if (!name.startsWith(prefix)) continue
    const database = await answerOf(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store)
      const [keys, values] = [answerOf(objects.getAllKeys()), answerOf(objects.getAll() as IDBRequest<unknown[]>)]
      for (const thing of [await keys, await values]) await collect(thing, pieces)
    }
    database.close()
  }
  return Buffer.concat(pieces)
}

/** Which of the words can be read in the bytes, as UTF-8 or as UTF-16. */
export function wordsIn(bytes: Buffer, words: readonly string[]): string[] {
  return words.filter((word) => bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')))
}

async function collect(thing: unknown, pieces: Buffer[]): Promise<void> {
  if (thing instanceof Blob) pieces.push(Buffer.from(await thing.arrayBuffer()))
  else if (ArrayBuffer.isView(thing)) pieces.push(Buffer.from(thing.buffer, thing.byteOffset, thing.byteLength))
  else if (thing instanceof ArrayBuffer) pieces.push(Buffer.from(thing))
  else if (typeof thing === 'object' && thing !== null && !(thing instanceof CryptoKey)) {
    for (const [name, value] of Object.entries(thing)) {
      pieces.push(Buffer.from(name))
      await collect(value, pieces)
    }
  } else pieces.push(Buffer.from(String(thing)))
}

function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('The database did not answer.'))
  })
}
