import type { RecordCipher } from '../../record-cipher.ts'
import { FeedTaken, fence } from './feed-fence.ts'
import { StaleTurn } from './local-store-error.ts'
import { requested, type PackedDatabase, type StoreName } from './packed-database.ts'
import { headText, recordFromHead, type PackedRecord } from './packed-record.ts'
import { openText, sealText, type StoredText } from './sealed-text.ts'

/** Which write a collection is at, over all tabs: who writes must know the last one. */
export interface Turn {
  readonly seq: number
  /** How often records were rewritten; another tab then reads anew. */
  readonly merges: number
}

/** What one write adds and takes away. `fenced`: only the tab that reads the feed may do it. */
export interface ShelfWrite {
  added: readonly PackedRecord[]
  replaced?: readonly PackedRecord[]
  fenced?: boolean
}

export const firstTurn: Turn = { seq: 0, merges: 0 }

/** The stored records of one collection. Small collections (checkpoints) have a store of their own, so that they wait for no body. */
export class RecordShelf {
  readonly key: string
  readonly small: boolean
  private readonly database: PackedDatabase
  private readonly cipher: RecordCipher | null
  private readonly heads: StoreName
  private readonly stores: readonly StoreName[]

  constructor(database: PackedDatabase, key: string, small: boolean) {
    this.key = key
    this.small = small
    this.database = database
    this.cipher = database.options.cipher
    this.heads = small ? 'small' : 'head'
    this.stores = small ? ['small'] : ['head', 'body']
  }

  /** The turn and all records after `seq`, of one moment. */
  async read(seq: number): Promise<{ turn: Turn; records: PackedRecord[] }> {
    const [turn, keys, heads] = await this.database.transact([this.heads], 'readonly', (transaction) => {
      const store = transaction.objectStore(this.heads)
      const range = this.range(seq + 1)
      return Promise.all([
        requested(store.get([this.key, 0]) as IDBRequest<Turn | undefined>),
        requested(store.getAllKeys(range)),
        requested(store.getAll(range) as IDBRequest<StoredText[]>)
      ])
    })
    const opened = heads.map(async (head, at) =>
      recordFromHead((keys[at] as [string, number])[1], await openText(head, this.cipher), typeof head === 'string')
    )
    return { turn: turn ?? firstTurn, records: await Promise.all(opened) }
  }

  /** The texts stored apart, null for a record that another tab has rewritten since. */
  async bodies(seqs: readonly number[]): Promise<(string | null)[]> {
    const stored = await this.database.transact(['body'], 'readonly', (transaction) => {
      const store = transaction.objectStore('body')
      return Promise.all(seqs.map((seq) => requested(store.get([this.key, seq]) as IDBRequest<StoredText | undefined>)))
    })
    return Promise.all(stored.map((text) => (text === undefined ? null : openText(text, this.cipher))))
  }

  /**
   * Adds records, and takes away those they replace, in one transaction. Rejects with StaleTurn when somebody else wrote
   * since `known`, with FeedTaken when this is `fenced` and another tab reads the feed since, with the browser's error when
   * there is no room: nothing has changed then.
   */
  async append(known: Turn, { added, replaced = [], fenced = false }: ShelfWrite): Promise<Turn> {
    const sealed = await Promise.all(added.map((record) => this.seal(record)))
    const next = { seq: known.seq + added.length, merges: known.merges + (replaced.length > 0 ? 1 : 0) }
    let stale = false
    let taken = false
    try {
      await this.database.transact(this.stores, 'readwrite', (transaction) => {
        const heads = transaction.objectStore(this.heads)
        if (fenced) fence(this.database, heads, () => (taken = true))
        const asked = heads.get([this.key, 0]) as IDBRequest<Turn | undefined>
        asked.onsuccess = () => {
          const { seq, merges } = asked.result ?? firstTurn
          stale = seq !== known.seq || merges !== known.merges
          if (stale) transaction.abort()
        }
        for (const { seq, apart } of replaced) {
          heads.delete([this.key, seq])
          if (apart) transaction.objectStore('body').delete([this.key, seq])
        }
        for (const { seq, head, body } of sealed) {
          heads.add(head, [this.key, seq])
          if (body !== null) transaction.objectStore('body').add(body, [this.key, seq])
        }
        heads.put(next, [this.key, 0])
      })
    } catch (error) {
      if (taken) throw new FeedTaken()
      throw stale || (error instanceof DOMException && error.name === 'ConstraintError') ? new StaleTurn() : error
    }
    return next
  }

  /** Forgets the collection. Its turn goes on, so that a tab that still knows it notices. */
  async clear(): Promise<void> {
    await this.database.transact(this.stores, 'readwrite', (transaction) => {
      const heads = transaction.objectStore(this.heads)
      const asked = heads.get([this.key, 0]) as IDBRequest<Turn | undefined>
      asked.onsuccess = () => {
        const { seq, merges } = asked.result ?? firstTurn
        heads.put({ seq, merges: merges + 1 }, [this.key, 0])
      }
      for (const store of this.stores) transaction.objectStore(store).delete(this.range(1))
    })
  }

  private async seal(record: PackedRecord): Promise<{ seq: number; head: StoredText; body: StoredText | null }> {
    const [head, body] = await Promise.all([
      sealText(headText(record), this.cipher),
      record.apart ? sealText(record.text!, this.cipher) : null
    ])
    return { seq: record.seq, head, body }
  }

  private range(from: number): IDBKeyRange {
    return IDBKeyRange.bound([this.key, from], [this.key, []])
  }
}
