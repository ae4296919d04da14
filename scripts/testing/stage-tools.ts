/** Runs a file with node to its end and returns its exit code. */
export type RunNode = (file: string, args: string[], options: { cwd: string; env?: Record<string, string> }) => Promise<{ code: number }>

export interface StageTools {
  readonly root: string
  readonly cacheDir: string
  readonly runNode: RunNode
  readonly log: (line: string) => void
}
