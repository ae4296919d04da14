/* global window, performance, fetch, crypto, indexedDB, EventSource, Dexie */
// Runs in the browser, on an empty page: the physical work with nothing of a product around it.
// `bench.*` is called by name from floor-page.ts.

const packedPer = 100
/** Most documents in a record of the app's replica. */
const packedMost = 500
let serial = 0

async function openDexie(stores) {
  serial += 1
  const database = new Dexie(`bench-floor-${serial}`)
  database.version(1).stores(stores)
  await database.open()
  return database
}

function expectCount(found, wanted) {
  if (found !== wanted) throw new Error(`the floor holds ${found} of ${wanted} documents`)
}

async function fetchPage(address, page) {
  return (await fetch(`${address}/pages/${page}`)).json()
}

function pack(documents) {
  const records = []
  for (let from = 0; from < documents.length; from += packedPer) {
    const some = documents.slice(from, from + packedPer)
    records.push({ id: some[0].id, documents: some })
  }
  return records
}

window.bench = {
  /** Documents that are already in memory, one record each, one index, 1,000 in a batch. Seconds. */
  async bulkAdd({ address, pages, count }) {
    const all = []
    for (let page = 0; page < pages; page += 1) all.push(await fetchPage(address, page))
    const database = await openDexie({ docs: 'id,name' })
    const begun = performance.now()
    for (const documents of all) await database.docs.bulkAdd(documents)
    const found = await database.docs.count()
    const seconds = (performance.now() - begun) / 1000
    expectCount(found, count)
    await database.delete()
    return seconds
  },

  /** Fetches the pages and writes 100 documents in a record, the next page on its way meanwhile. Seconds. */
  async packed({ address, pages, count }) {
    const database = await openDexie({ docs: 'id', meta: 'id' })
    const begun = performance.now()
    let next = fetchPage(address, 0)
    let writing = Promise.resolve()
    for (let page = 0; page < pages; page += 1) {
      const documents = await next
      if (page + 1 < pages) next = fetchPage(address, page + 1)
      await writing
      writing = database.transaction('rw', database.docs, database.meta, () => {
        database.docs.bulkPut(pack(documents))
        database.meta.put({ id: 'checkpoint', page })
      })
    }
    await writing
    await database.docs.count()
    const seconds = (performance.now() - begun) / 1000
    const records = await database.docs.toArray()
    expectCount(
      records.reduce((sum, record) => sum + record.documents.length, 0),
      count
    )
    await database.delete()
    return seconds
  },

  /** 1,000 rows of an outbox sent in batches of 1,000: read, posted, deleted when acknowledged. Milliseconds. */
  async outbox({ address, count }) {
    const database = await openDexie({ docs: 'id,name', outbox: '++seq' })
    const notes = 'Called back about the ward meeting, prefers mornings, asked for large print, lives on floor 3 and keeps two dogs.'
    const documents = Array.from({ length: count }, (_, n) => ({ id: crypto.randomUUID(), name: `Asha Verma ${n}`, gender: 'female', birth_year: 1940 + (n % 70), language: 'hi', notes }))
    await database.transaction('rw', database.docs, database.outbox, () => {
      database.docs.bulkAdd(documents)
      database.outbox.bulkAdd(documents.map(({ id }) => ({ id })))
    })
    const begun = performance.now()
    for (;;) {
      const todo = await database.outbox.limit(1000).toArray()
      if (todo.length === 0) break
      const body = JSON.stringify(await database.docs.bulkGet(todo.map(({ id }) => id)))
      await fetch(`${address}/rows`, { method: 'POST', body })
      await database.outbox.bulkDelete(todo.map(({ seq }) => seq))
    }
    const ms = performance.now() - begun
    await database.delete()
    return ms
  },

  /** Each event of the stream is put into Dexie, read again and noted with the time at which it could be read. */
  async listen({ address }) {
    const database = await openDexie({ docs: 'id,name' })
    window.benchSeen = {}
    const stream = new EventSource(`${address}/stream`)
    stream.onmessage = async (event) => {
      const sent = JSON.parse(event.data)
      await database.docs.put(sent)
      if (await database.docs.get(sent.id)) window.benchSeen[sent.mark] ??= Date.now()
    }
    await new Promise((resolve) => (stream.onopen = resolve))
  },

  /** Reads every packed record of the app's own replica, raw, and parses the heads that are not sealed. Milliseconds, with the opening of the database. */
  async readReplica({ collection, count }) {
    const name = await replicaName()
    const begun = performance.now()
    const database = await opened(indexedDB.open(name))
    const transaction = database.transaction(['head', 'body'])
    const range = IDBKeyRange.bound([`${collection}|0`, 1], [`${collection}|0`, []])
    const [heads] = await Promise.all(['head', 'body'].map((store) => opened(transaction.objectStore(store).getAll(range))))
    const isPlain = heads.every((head) => typeof head === 'string' && head.startsWith('{'))
    const found = isPlain ? new Set(heads.flatMap((head) => JSON.parse(head).ids)).size : heads.length * packedMost
    const ms = performance.now() - begun
    if (found < count) throw new Error(`the floor read ${heads.length} records, too few for ${count} documents`)
    database.close()
    return ms
  }
}

async function replicaName() {
  const all = await indexedDB.databases()
  const found = all.find(({ name }) => name.endsWith(':replica'))
  if (!found) throw new Error(`no replica among ${all.map(({ name }) => name).join(', ')}`)
  return found.name
}

function opened(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
