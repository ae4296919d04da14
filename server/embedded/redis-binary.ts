import { join } from 'node:path'
import { unpackDebianPackages } from './debian-packages.ts'
import type { LogLine } from './embedded-folders.ts'
import { findProgram } from './program-path.ts'

/**
 * The command that runs redis-server: the one on PATH, else Debian's, unpacked below `cacheDir`.
 * Debian keeps the program itself in redis-tools; redis-server holds only the link to it.
 */
export async function findRedisCommand(cacheDir: string, log: LogLine): Promise<string[]> {
  const installed = findProgram('redis-server')
  if (installed) return [installed]
  const into = join(cacheDir, 'redis')
  await unpackDebianPackages({ names: ['redis-server', 'redis-tools'], into, log })
  return ['env', `LD_LIBRARY_PATH=${join(into, 'usr/lib/x86_64-linux-gnu')}`, join(into, 'usr/bin/redis-server')]
}
