/** Stands in for RxDB's leader election in the build of the field app: the holder of this device's lock runs the feed. */
export const RxDBLeaderElectionPlugin = { name: 'leader-election', rxdb: true }
