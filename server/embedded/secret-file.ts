import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A new secret of 32 random bytes, base64url without padding. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Reads the secret in `path`; the first call makes it. The file is readable by its owner only. */
export function keepSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const secret = makeSecret()
  writePrivateFile(path, `${secret}\n`)
  return secret
}

/** Writes a file with mode 0600 in one step, so that a kill never leaves half of it. */
export function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, path)
}
