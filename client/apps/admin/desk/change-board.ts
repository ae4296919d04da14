import type { CollectionName } from '#shared/protocol/collection-names.ts'

/** Who wants to know of changes in which collections. */
export interface ChangeBoard {
  listen(collections: readonly CollectionName[], listener: () => void): () => void
  tell(collections: readonly CollectionName[]): void
  tellAll(): void
}

export function createChangeBoard(): ChangeBoard {
  const listeners = new Map<() => void, readonly CollectionName[]>()
  return {
    listen(collections, listener) {
      listeners.set(listener, collections)
      return () => void listeners.delete(listener)
    },
    tell(collections) {
      for (const [listener, wanted] of listeners) if (wanted.some((one) => collections.includes(one))) listener()
    },
    tellAll() {
      for (const listener of listeners.keys()) listener()
    }
  }
}
