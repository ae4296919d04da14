/**
 * Stands in for the package `event-reduce-js` in the build of the field app: RxDB uses it to work out query results from events,
 * which our replicas switch off (`eventReduce: false`), so its 13 kB would never run.
 */
const switchedOff = (): never => {
  throw new Error('eventReduce is switched off for the replicas.')
}

export const calculateActionName = switchedOff
export const runAction = switchedOff
