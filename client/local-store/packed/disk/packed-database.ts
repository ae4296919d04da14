import type { RecordCipher } from '../../record-cipher.ts'
import { LocalStoreError } from './local-store-error.ts'

export type StoreName = 'head' | 'body' | 'small' | 'about'

/** One holder at a time, over all tabs of this device. */
export interface WriterLock {
  hold<Result>(name: string, work: () => Promise<Result>): Promise<Result>
}

export interface PackedDatabaseOptions {
  name: string
  cipher: RecordCipher | null
  /** Orders the writers of several tabs; without it they are ordered by colliding and trying again. */
  lock: WriterLock | null
  /** Whether other tabs are told of writes. */
  shared: boolean
}

/** Step n makes version n + 1 of the stores out of version n. A kill in between leaves the old version whole. Never edit one, add one. */
export const formatSteps: readonly ((database: IDBDatabase) => void)[] = [
  (database) => ['head', 'body', 'small', 'about'].forEach((name) => database.createObjectStore(name))
]

/** The IndexedDB connection under all replicas of one person, opened again when the browser closed it. */
export class PackedDatabase {
  readonly options: PackedDatabaseOptions
  /** Grows when the connection was lost: what was read before may be gone with it. */
  losses = 0
  /** The number with which this tab reads the feed, see `takeFeed`. */
  feed = 0
  private connection: Promise<IDBDatabase> | null = null
  private ended = false
  private readonly steps: typeof formatSteps

  constructor(options: PackedDatabaseOptions, steps = formatSteps) {
    this.options = options
    this.steps = steps
  }

  /**
   * Runs `work`, which makes all its requests at once, in one transaction; resolves with its result when that is committed.
   * Rejects with the reason of the abort (quota, collision), and then nothing of it is stored.
   */
  async transact<Result>(
    stores: readonly StoreName[],
    mode: IDBTransactionMode,
    work: (transaction: IDBTransaction) => Result | Promise<Result>
  ): Promise<Result> {
    const transaction = await this.begin(stores, mode)
    const ended = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError'))
    })
    ended.catch(() => undefined)
    let result: Promise<Result>
    try {
      result = Promise.resolve(work(transaction))
    } catch (error) {
      transaction.abort()
      throw error
    }
    result.catch(() => undefined)
    await ended
    return result
  }

  async close(): Promise<void> {
    this.ended = true
    const connection = await this.connection?.catch(() => null)
    connection?.close()
  }

  private async begin(stores: readonly StoreName[], mode: IDBTransactionMode): Promise<IDBTransaction> {
    const begin = async () => (await this.connected()).transaction([...stores], mode, { durability: 'relaxed' })
    try {
      return await begin()
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error
      this.lost()
      return begin()
    }
  }

  private connected(): Promise<IDBDatabase> {
    if (this.ended) return Promise.reject(new LocalStoreError('ended'))
    this.connection ??= this.connect().catch((error: unknown) => {
      this.connection = null
      throw error
    })
    return this.connection
  }

  private async connect(): Promise<IDBDatabase> {
    const opening = indexedDB.open(this.options.name, this.steps.length)
    opening.onupgradeneeded = ({ oldVersion }) => this.steps.slice(oldVersion).forEach((step) => step(opening.result))
    const connection = await requested(opening).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'VersionError') throw new LocalStoreError('newer-format')
      throw error
    })
    connection.onclose = () => this.lost()
    connection.onversionchange = () => {
      this.ended = true
      connection.close()
    }
    return connection
  }

  private lost(): void {
    this.losses += 1
    this.connection = null
  }
}

export function requested<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('The request failed.'))
  })
}
