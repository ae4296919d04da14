import type { Command } from '#shared/protocol/command.ts'

export interface SavedPhoto {
  readonly id: string
  /** Hex of the blob's bytes, as the command announces it. */
  readonly sha256: string
  readonly blob: Blob
  /** The server will not take it. */
  readonly refused?: boolean
}

/** A citizen's report on this device. `waiting`: not received yet. `sent`: received; photos that are left still follow. */
export interface SavedReport {
  /** Id of the command: the same report, saved or sent twice, is one. */
  readonly id: string
  readonly command: Command
  readonly photos: readonly SavedPhoto[]
  readonly state: 'waiting' | 'sent' | 'refused'
  readonly number: string
  /** What and where, to recognise it by. */
  readonly about: string
  /** Clock of the device, ms. */
  readonly savedAt: number
}

/** Name of the database of the office at this base path; never one of the field worker's. */
export function portalOutboxName(basePath: string): string {
  return `sampark-portal:${basePath === '' ? 'home' : basePath.split('/').at(-1)}`
}

const store = 'reports'

/**
 * Reports saved without a network. Plain IndexedDB: one small table needs no library, and page and service worker both
 * open it. `save` resolves when the report is on the disk.
 */
export class PortalOutbox {
  readonly name: string
  #opened: Promise<IDBDatabase> | null = null

  constructor(basePath: string) {
    this.name = portalOutboxName(basePath)
  }

  /** Keeps a report, durably. One that is there already, sent or not, stays as it is. Rejects when the disk is full. */
  async save(report: SavedReport): Promise<void> {
    await this.#change(async (reports) => {
      if ((await done(reports.get(report.id))) === undefined) reports.add(report)
    })
  }

  /** Oldest first. */
  async list(): Promise<SavedReport[]> {
    const database = await this.#open()
    const reports: SavedReport[] = await done(database.transaction(store).objectStore(store).getAll())
    return reports.sort((a, b) => a.savedAt - b.savedAt || a.id.localeCompare(b.id))
  }

  async update(id: string, change: Partial<Omit<SavedReport, 'id'>>): Promise<void> {
    await this.#change(async (reports) => {
      const present: SavedReport | undefined = await done(reports.get(id))
      if (present) reports.put({ ...present, ...change })
    })
  }

  async remove(id: string): Promise<void> {
    await this.#change(async (reports) => void reports.delete(id))
  }

  async close(): Promise<void> {
    const database = await this.#opened
    database?.close()
    this.#opened = null
  }

  async #change(work: (reports: IDBObjectStore) => Promise<void>): Promise<void> {
    const database = await this.#open()
    const transaction = database.transaction(store, 'readwrite', { durability: 'strict' })
    const finished = ended(transaction)
    await work(transaction.objectStore(store))
    await finished
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= openDatabase(this.name).catch((error: unknown) => {
      this.#opened = null
      throw error
    })
    return this.#opened
  }
}

async function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath: 'id' })
  const database = await done(request)
  database.onversionchange = () => database.close()
  return database
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('The database did not answer.'))
  })
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? new Error('The database gave up.'))
  })
}
