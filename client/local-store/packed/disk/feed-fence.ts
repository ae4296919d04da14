import type { PackedDatabase } from './packed-database.ts'

type Fenced = 'head' | 'small'

/** No collection has this key: theirs end in a version. */
const key = ['feed-fence', 0]

/** What a reader of the feed had in its hands when another one began: it is not written. Its reader must begin anew. */
export class FeedTaken extends Error {}

/**
 * Who may write what the feed or a comparison told: the reader that began last, over all tabs of this device. A tab that the
 * browser froze with a page in its hands has an older number when it thaws. The number stands in the database and is looked
 * at in the transaction that writes, so that nothing comes between.
 */
export class FeedFence {
  private readonly database: PackedDatabase
  private own = 0

  constructor(database: PackedDatabase) {
    this.database = database
  }

  /** Begins to read. Call it before the checkpoint is read from which to go on. Rejects with the browser's error. */
  async take(): Promise<void> {
    let next = 0
    await this.database.transact(['head', 'small'], 'readwrite', (transaction) => {
      const asked = transaction.objectStore('head').get(key) as IDBRequest<number | undefined>
      asked.onsuccess = () => {
        next = (asked.result ?? 0) + 1
        for (const store of ['head', 'small']) transaction.objectStore(store).put(next, key)
      }
    })
    this.own = next
  }

  /** Asked first in a writing transaction: aborts it, and tells `taken`, where another reader has begun. */
  check(transaction: IDBTransaction, store: Fenced, taken: () => void): void {
    const asked = transaction.objectStore(store).get(key) as IDBRequest<number | undefined>
    asked.onsuccess = () => {
      if ((asked.result ?? 0) === this.own) return
      taken()
      transaction.abort()
    }
  }
}
