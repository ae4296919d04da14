import type { SearchHit } from '#shared/search-key/search-index.ts'
import type { ReplicaReads } from '#client/local-store/replica-reads.ts'
import type { PendingLayer } from '../records/pending-layer.ts'

/** Finds people by what is typed, in any script, offline. */
export interface PeopleSearch {
  /** Best first; of people loaded so far. */
  search(query: string, limit?: number): Promise<SearchHit[]>
  /** Whether all people on this device are in. */
  ready(): boolean
  /** Resolves when they are; the first call begins loading. */
  load(): Promise<void>
  close(): void
}

export interface PeopleSearchParts {
  reads: Pick<ReplicaReads, 'chunks' | 'onChange'>
  layer(): PendingLayer
  onLayer(listener: () => void): () => void
}
