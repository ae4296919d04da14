import type { RxStorageInstanceReplicationState } from 'rxdb/plugins/core'

/**
 * Stands in for the sending half of RxDB's replication in the build of the field app: replicas only pull, what is saved here
 * goes out as commands. RxDB would read every write back to find that nothing is to be sent.
 */
export function startReplicationUpstream(state: RxStorageInstanceReplicationState<unknown>): void {
  state.events.active.up.next(false)
  state.firstSyncDone.up.next(true)
}
