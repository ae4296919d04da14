import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { LogLine } from './embedded-folders.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import { awaitPreviousProcess } from './previous-process.ts'
import { keepSecret } from './secret-file.ts'
import { findPort } from './service-port.ts'
import { endWithParent, lastLogLines, startService, type ServiceProcess } from './service-process.ts'

export interface PostgresOptions {
  /** Holds the cluster (`pg18`), its log and its password file. */
  readonly dataDir: string
  /** 0 picks a free one. */
  readonly port: number
  /** `office` is durable and asks for a password; `test` trusts loopback and does not wait for the disk. */
  readonly purpose: 'office' | 'test'
  readonly log: LogLine
}

export interface EmbeddedPostgres {
  readonly port: number
  readonly superuserUrl: string
  readonly pid: number
  /** True when this start made the cluster. */
  readonly isNew: boolean
  readonly exited: Promise<string>
  stop(): Promise<void>
}

const startDeadlineMs = 60_000
const stopDeadlineMs = 20_000
const quickSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300', 'max_wal_size=2GB', 'autovacuum_naptime=10s']

interface ClusterPlan {
  readonly binaries: PostgresBinaries
  readonly cluster: string
  readonly password: string
}

function createCluster({ binaries, cluster, password }: ClusterPlan, options: PostgresOptions): void {
  const draft = `${cluster}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  const passwordFile = join(options.dataDir, 'postgres-password.new')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (binaries.owner !== null) for (const path of [draft, passwordFile]) chownSync(path, binaries.owner, binaries.owner)
  const auth = options.purpose === 'office' ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust', '--no-sync']
  const [program = '', ...args] = [...binaries.launcher, join(binaries.folder, 'initdb'), '-D', draft, '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', ...auth]
  const made = spawnSync(program, args, { encoding: 'utf8', cwd: '/' })
  rmSync(passwordFile, { force: true })
  if (made.status !== 0) throw new Error(`The database folder ${cluster} could not be made: ${(made.stderr || made.error?.message || '').trim()}`)
  renameSync(draft, cluster)
}

async function awaitQuery(service: ServiceProcess, url: string): Promise<boolean> {
  const giveUpAt = Date.now() + startDeadlineMs
  while (!service.hasExited() && Date.now() < giveUpAt) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      await client.query('select 1')
      await client.end()
      return true
    } catch {
      await client.end().catch(() => undefined)
      await sleep(30)
    }
  }
  return false
}

async function startOnPort({ binaries, cluster, password }: ClusterPlan, options: PostgresOptions): Promise<Omit<EmbeddedPostgres, 'isNew'> | null> {
  const port = await findPort(options.port, 'Postgres')
  const logFile = join(options.dataDir, 'postgres.log')
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', ...(options.purpose === 'test' ? quickSettings : ['max_connections=120'])]
  const service = startService([...binaries.launcher, ...endWithParent('INT'), join(binaries.folder, 'postgres'),
    '-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], logFile)
  const superuserUrl = `postgres://postgres${options.purpose === 'office' ? `:${password}` : ''}@127.0.0.1:${port}/postgres`
  if (await awaitQuery(service, superuserUrl)) {
    return { port, superuserUrl, pid: service.pid, exited: service.exited, stop: () => service.stop('SIGINT', stopDeadlineMs) }
  }
  await service.stop('SIGINT', 2000)
  const lines = lastLogLines(logFile)
  if (options.port === 0 && lines.includes('could not bind')) return null
  throw new Error(`Postgres did not start. Its last words (${logFile}):\n${lines}`)
}

/**
 * Starts a Postgres of our own on 127.0.0.1 and resolves when it answers a query.
 * It dies with this process, also when that is killed. Throws one sentence when the port is taken,
 * when another one works on the same folder, or with its last log lines.
 */
export async function startPostgres(given: PostgresOptions): Promise<EmbeddedPostgres> {
  const options = { ...given, dataDir: resolve(given.dataDir) }
  const binaries = findPostgresBinaries()
  mkdirSync(options.dataDir, { recursive: true })
  const cluster = join(options.dataDir, `pg${binaries.major}`)
  const password = options.purpose === 'office' ? keepSecret(join(options.dataDir, 'postgres-password')) : ''
  const plan = { binaries, cluster, password }
  await awaitPreviousProcess(join(cluster, 'postmaster.pid'), 'postgres', 'Postgres')
  const isNew = !existsSync(join(cluster, 'PG_VERSION'))
  if (isNew) {
    options.log('Making a new Postgres database folder')
    createCluster(plan, options)
  }
  chmodSync(cluster, 0o700)
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const started = await startOnPort(plan, options)
    if (started) return { ...started, isNew }
  }
  throw new Error('Postgres found no free port in five attempts.')
}
