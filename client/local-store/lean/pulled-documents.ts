import type { RxCollection } from 'rxdb/plugins/core'

// Stands in for RxDB's `replication-helper.js` in the build of the field app: removals are marked `_deleted` and keys are plain ids
// in our feed, what fails is tried again by the pull loop, and no mouse is moved every 20 seconds to keep a hidden tab awake.

export const DEFAULT_MODIFIER = <Given>(document: Given): Promise<Given> => Promise.resolve(document)

export const swapDefaultDeletedTodeletedField = <Given>(_field: string, document: Given): Given => document

export const handlePulledDocuments = <Given extends object>(_collection: unknown, _field: string, documents: readonly Given[]): Given[] => [...documents]

export const awaitRetry = (collection: RxCollection, ms: number): Promise<void> => collection.promiseWait(ms)

export const preventHibernateBrowserTab = (): void => undefined
