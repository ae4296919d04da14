import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { startPostgres } from './embedded-postgres.ts'

const ownerScript = resolve(import.meta.dirname, '../testing/service-owner.ts')
let dataDir = ''
let owner: ChildProcess | null = null

function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z'
}

async function startOwner(): Promise<{ owner: ChildProcess; pids: { postgres: number; redis: number } }> {
  owner = spawn(process.execPath, ['--import', 'tsx', ownerScript, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: owner.stdout! }), 'line') as [string]
  return { owner, pids: JSON.parse(line) as { postgres: number; redis: number } }
}

beforeEach(() => {
  dataDir = makeTestFolder('owner')
})
afterEach(() => {
  owner?.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

test('a killed parent leaves neither Postgres nor Redis behind, and its data can be used at once', async () => {
  const { owner, pids } = await startOwner()
  expect([isRunning(pids.postgres), isRunning(pids.redis)]).toEqual([true, true])
  owner.kill('SIGKILL')
  const successor = await startPostgres({ dataDir, port: 0, purpose: 'office', log: () => undefined })
  await vi.waitFor(() => expect([isRunning(pids.postgres), isRunning(pids.redis)]).toEqual([false, false]), { timeout: 20_000 })
  expect(existsSync(join(dataDir, 'pg18/postmaster.pid'))).toBe(true)
  await successor.stop()
})
