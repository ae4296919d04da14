/**
 * Stands in for RxDB's `rx-query` in the build of the field app: live queries over RxDB documents. Screens read plain records through
 * `replica-reads.ts` and hear of changes from the collection's events, so none is ever made.
 */
const notHere = (): never => {
  throw new Error('Replicas are read through replica-reads.')
}

export class RxQueryBase {}
export const createRxQuery = notHere
export const _getDefaultQuery = notHere
export const isFindOneByIdQuery = notHere
export const queryCollection = notHere
export const isRxQuery = (): boolean => false
