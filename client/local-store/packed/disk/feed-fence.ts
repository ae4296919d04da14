import type { PackedDatabase } from './packed-database.ts'

/** No collection has this key: theirs end in a version. */
const key = ['feed-fence', 0]

/** What a reader of the feed had in its hands when another one began: it is not written. Its reader must begin anew. */
export class FeedTaken extends Error {}

/**
 * Only the reader that began last, over all tabs of this device, may write what the feed or a comparison told. A tab that the
 * browser froze with a page in its hands has an older number when it thaws. The number stands in the database and is looked
 * at in the transaction that writes, so that nothing comes between. Call this before the checkpoint is read from which to go
 * on. Rejects with the browser's error.
 */
export async function takeFeed(database: PackedDatabase): Promise<void> {
  let next = 0
  await database.transact(['head', 'small'], 'readwrite', (transaction) => {
    const heads = transaction.objectStore('head')
    const asked = heads.get(key) as IDBRequest<number | undefined>
    asked.onsuccess = () => {
      next = (asked.result ?? 0) + 1
      heads.put(next, key)
      transaction.objectStore('small').put(next, key)
    }
  })
  database.feed = next
}

/** Asked first in a writing transaction: aborts it, and tells `taken`, where another reader has begun. */
export function fence(database: PackedDatabase, heads: IDBObjectStore, taken: () => void): void {
  const asked = heads.get(key) as IDBRequest<number | undefined>
  asked.onsuccess = () => {
    if ((asked.result ?? 0) === database.feed) return
    taken()
    heads.transaction.abort()
  }
}
