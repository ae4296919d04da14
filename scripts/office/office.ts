import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { findPort } from '#server/embedded/service-port.ts'
import { finishOfficeDatabase, migrateOffice } from './office-database.ts'
import { keepOfficeSecrets } from './office-secrets.ts'
import { seedDemoOffice } from './office-seed.ts'
import { awaitReady, startServer, type ServerForm } from './office-server.ts'
import { serveInProductionShape, type ServedOffice } from './production-shape.ts'
import { startOfficeServices, type OfficeRun, type OfficeServices } from './office-services.ts'

export interface RunningOffice {
  /** `http://host:port` without a slash at its end. */
  readonly address: string
  readonly ownerUrl: string
  readonly redisUrl: string
  readonly logFile: string
  readonly isDemo: boolean
  /** Resolves with a sentence when a part ends by itself. */
  readonly ended: Promise<string>
}

const serverStopDeadlineMs = 20_000

function serverEnvironment(run: OfficeRun, services: OfficeServices, port: number): Record<string, string> {
  const { settings } = run
  const defaults = { VAPID_SUBJECT: 'mailto:office@localhost', ...(settings.isLoopback ? { PUBLIC_URL: addressOf(run, port) } : {}) }
  const given = Object.fromEntries(Object.keys(defaults).flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  return {
    ...defaults, ...given, ...keepOfficeSecrets(settings.dataDir, process.env), DEMO: isDemo(run) ? '1' : '0',
    DATABASE_URL: services.ownerUrl, REDIS_URL: services.redisUrl, DATA_DIR: settings.dataDir, HOST: settings.host, PORT: String(port),
  }
}

/** Demo users exist only where nobody but this machine can reach them, and only in a database of our own making. */
function isDemo({ settings }: OfficeRun): boolean {
  return settings.isLoopback && settings.databaseUrl === null
}

function addressOf({ settings }: OfficeRun, port: number): string {
  const host = settings.isLoopback ? settings.host : '127.0.0.1'
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function prepareDatabase(run: OfficeRun, services: OfficeServices, env: Record<string, string>): Promise<void> {
  await migrateOffice(services.ownerUrl, env['ROLE_SECRET'] ?? '', run.log)
  if (!services.isNewDatabase) return
  if (isDemo(run)) {
    run.log('Making the demo office (once)')
    await seedDemoOffice(run.root, env)
  }
  finishOfficeDatabase(run.settings.dataDir)
}

/** Starts Postgres, Redis and the server, in that order, each known to `run.shutdown`. Resolves when `/readiness` says yes. */
export async function startOffice(run: OfficeRun, form: ServerForm): Promise<RunningOffice> {
  const { settings, shutdown } = run
  mkdirSync(settings.dataDir, { recursive: true })
  const port = await findPort(settings.port, 'Sampark', settings.host)
  const services = await startOfficeServices(run)
  const env = serverEnvironment(run, services, port)
  await prepareDatabase(run, services, env)
  const served = run.shape === 'production' ? await serveInProductionShape(env, shutdown) : await serveInOneProcess(run, form, env)
  const ended = Promise.race([services.broken, served.exited])
  return { address: served.address, ownerUrl: services.ownerUrl, redisUrl: services.redisUrl, logFile: served.logFile, isDemo: isDemo(run), ended }
}

async function serveInOneProcess(run: OfficeRun, form: ServerForm, env: Record<string, string>): Promise<ServedOffice> {
  const logFile = join(run.settings.dataDir, 'server.log')
  const address = addressOf(run, Number(env['PORT']))
  const server = startServer({ root: run.root, form, env, logFile })
  run.shutdown.add('The server', () => server.stop('SIGTERM', serverStopDeadlineMs))
  await awaitReady(server, address, logFile)
  return { address, logFile, exited: server.exited.then((reason) => `The server ${reason}; its log is ${logFile}.`) }
}
