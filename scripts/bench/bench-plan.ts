import type { BenchServices } from './stage/bench-services.ts'

/** What a line is given. */
export interface BenchPlan {
  readonly root: string
  readonly services: BenchServices
  /** Documents, where the caller wants another number than the line's own. */
  readonly docs: number | null
  /** Runs of each side. */
  readonly times: number
}
