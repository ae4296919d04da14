import { readFileSync, statSync } from 'node:fs'

/**
 * A secret that may be turned over while the server runs: read again from its file once that was written anew, as Vault agents and
 * Kubernetes do. A file that is gone or empty for the moment leaves the last value. `value`: what the configuration read at start.
 */
export function freshSecret<V extends string | undefined>(file: string | undefined, value: V): () => V | string {
  if (file === undefined) return () => value
  let known: { writtenAt: number; value: V | string } = { writtenAt: 0, value }
  return () => {
    try {
      const { mtimeMs } = statSync(file)
      if (mtimeMs !== known.writtenAt) known = { writtenAt: mtimeMs, value: readFileSync(file, 'utf8').trim() || known.value }
    } catch {
      return known.value
    }
    return known.value
  }
}
