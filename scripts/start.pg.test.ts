import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeTestFolder } from '#server/testing/test-services.ts'

const root = resolve(import.meta.dirname, '..')
const minutes = 60_000

interface Started {
  readonly process: ChildProcess
  readonly output: () => string
  readonly address: string
}

let dataDir = ''
let running: Started | null = null

function launch(env: Record<string, string>): { process: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], { cwd: root, env: { ...process.env, DATA_DIR: dataDir, PORT: '0', ...env } })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { text += String(chunk) })
  return { process: child, output: () => text }
}

async function start(): Promise<Started> {
  const started = launch({})
  await vi.waitFor(() => {
    if (started.process.exitCode !== null) throw new Error(started.output())
    expect(started.output()).toContain('Ctrl-C stops everything')
  }, { timeout: 4 * minutes, interval: 100 })
  running = { ...started, address: /http:\/\/[\d.]+:\d+/.exec(started.output())?.[0] ?? '' }
  return running
}

/** Pids of all processes that were started for this data folder: its path stands in their command line or environment. */
function processesOf(folder: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter((pid) => pid > 0 && pid !== process.pid)
  return pids.filter((pid) => {
    try {
      const told = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8')
      return told.includes(folder)
    } catch {
      return false
    }
  })
}

beforeAll(() => {
  dataDir = makeTestFolder('start')
})
afterAll(async () => {
  running?.process.kill('SIGKILL')
  await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), { timeout: 30_000 })
  rmSync(dataDir, { recursive: true, force: true })
})

describe('npm start on a machine that never ran it', () => {
  test('serves the portal and both apps, and keeps its secrets to its owner', { timeout: 5 * minutes }, async () => {
    const { address } = await start()
    for (const path of ['/', '/field/', '/admin/']) expect([path, (await fetch(address + path)).status]).toEqual([path, 200])
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
    expect(existsSync(join(dataDir, 'database-unfinished'))).toBe(false)
  })

  test('Ctrl-C, which npm passes on a second time, stops everything and leaves no process', { timeout: minutes }, async () => {
    const { process: office } = running!
    const exit = once(office, 'exit')
    office.kill('SIGINT')
    setTimeout(() => office.kill('SIGINT'), 20)
    expect(await exit).toEqual([0, null])
    expect(processesOf(dataDir)).toEqual([])
  })

  test('the next start keeps the data and does not seed again', { timeout: 2 * minutes }, async () => {
    const secrets = readFileSync(join(dataDir, 'secrets.json'), 'utf8')
    const { output } = await start()
    expect(output()).not.toContain('Making the demo office')
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(secrets)
  })

  test('kill -9 leaves no process, and the next start works', { timeout: 2 * minutes }, async () => {
    running!.process.kill('SIGKILL')
    await vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), { timeout: 30_000 })
    const { address } = await start()
    expect((await fetch(`${address}/readiness`)).status).toBe(200)
  })

  test('a taken port is said plainly, and nothing is left running', { timeout: minutes }, async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const before = processesOf(dataDir)
    const refused = launch({ PORT: String(port) })
    expect(await once(refused.process, 'exit')).toEqual([1, null])
    expect(refused.output()).toContain(`Port ${port} is taken by another program`)
    expect(processesOf(dataDir)).toEqual(before)
    other.close()
  })
})
