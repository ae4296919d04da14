/**
 * Stands in for RxDB's `incremental-write` in the build of the field app: edits of RxDB documents in place. Replicas hold server states
 * only, written below RxDB's documents, so nobody makes one.
 */
const notHere = (): never => {
  throw new Error('Replicas hold server states only.')
}

export class IncrementalWriteQueue {
  readonly addWrite = notHere
}
export const modifierFromPublicToInternal = notHere
export const findNewestOfDocumentVersions = notHere
