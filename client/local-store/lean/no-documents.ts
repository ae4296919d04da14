/**
 * Stands in for RxDB's documents in the build of the field app: their prototypes, their cache, the cache of their queries
 * (`rx-document`, `rx-document-prototype-merge`, `doc-cache`, `query-cache`). Screens read plain records through
 * `replica-reads.ts`, so no such document is ever made, and the cache need not look at each change of the first sync.
 */
const notHere = (): never => {
  throw new Error('Replicas are read through replica-reads.')
}

export class DocumentCache {
  readonly getCachedRxDocument = notHere
  readonly getCachedRxDocuments = notHere
  readonly getLatestDocumentDataIfExists = notHere
}
export const basePrototype = {}
export const mapDocumentsDataToCacheDocs = notHere
export const getRxDocumentConstructor = notHere
export const createNewRxDocument = notHere
export const beforeDocumentUpdateWrite = notHere
export const createQueryCache = (): object => ({})
export const defaultCacheReplacementPolicy = notHere
export const isRxDocument = (): boolean => false
