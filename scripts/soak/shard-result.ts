/** What a shard tells the run that started it, one JSON line each. */
export type ShardResult =
  | { kind: 'passed'; seed: number; ms: number }
  | { kind: 'failed'; seed: number; ms: number; path: string; report: string }
  | { kind: 'done'; totals: Record<string, number>; counts: Record<string, number> }
