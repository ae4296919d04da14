import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogLine } from '#server/embedded/embedded-folders.ts'
import { startPostgres } from '#server/embedded/embedded-postgres.ts'
import { startRedis } from '#server/embedded/embedded-redis.ts'

export interface TestServices {
  /** Superuser URL of a cluster that nothing else uses. */
  readonly superuserUrl: string
  readonly redisUrl: string
  stop(): Promise<void>
}

const prefix = 'sampark-test-'

/** A run that was killed could not remove its folder; the next one does. */
function removeAbandonedFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : 0
    if (pid > 0 && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A fresh folder in the machine's temp folder, named after this process. */
export function makeTestFolder(label: string): string {
  removeAbandonedFolders()
  const folder = join(tmpdir(), `${prefix}${process.pid}-${label}-${process.hrtime.bigint()}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Starts one Postgres and one Redis on free ports, without durability, and removes their files on stop. */
export async function startTestServices(options: { log: LogLine; cacheDir?: string }): Promise<TestServices> {
  const dataDir = makeTestFolder('services')
  const common = { ...options, dataDir, port: 0, purpose: 'test' as const }
  const postgres = await startPostgres(common)
  const redis = await startRedis(common).catch(async (error: unknown) => {
    await postgres.stop()
    throw error
  })
  async function stop(): Promise<void> {
    await redis.stop()
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { superuserUrl: postgres.superuserUrl, redisUrl: redis.url, stop }
}
