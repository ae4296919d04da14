import { spawnSync } from 'node:child_process'

/** The full path of a program on PATH, or null. */
export function findProgram(name: string): string | null {
  const found = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' })
  return found.status === 0 ? found.stdout.trim() : null
}

/** The names of those programs that are not on PATH. */
export function missingPrograms(names: readonly string[]): string[] {
  return names.filter((name) => findProgram(name) === null)
}
