import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findPort } from '#server/embedded/service-port.ts'
import { finishOfficeDatabase, migrateOffice } from './office/office-database.ts'
import { printWelcome } from './office/office-welcome.ts'
import { keepOfficeSecrets } from './office/office-secrets.ts'
import { seedDemoOffice } from './office/office-seed.ts'
import { awaitReady, startServer, type ServerForm } from './office/office-server.ts'
import { startOfficeServices, type OfficeRun } from './office/office-services.ts'
import { readOfficeSettings } from './office/office-settings.ts'
import { OfficeShutdown } from './office/office-shutdown.ts'

const root = resolve(import.meta.dirname, '..')
const serverStopDeadlineMs = 20_000

/** npm that was killed cannot tell us; losing it means that nobody will. */
function stopWithNpm(shutdown: OfficeShutdown): void {
  if (!process.env['npm_lifecycle_event']) return
  const npm = process.ppid
  setInterval(() => {
    if (process.ppid !== npm) void shutdown.stop().then(() => process.exit(1))
  }, 1000).unref()
}

/** Starts all parts and resolves with the reason when one of them ends by itself. */
async function startAll(run: OfficeRun, form: ServerForm): Promise<string> {
  const { settings, shutdown, log } = run
  mkdirSync(settings.dataDir, { recursive: true })
  const port = await findPort(settings.port, 'Sampark', settings.host)
  const services = await startOfficeServices(run)
  const secrets = keepOfficeSecrets(settings.dataDir, process.env)
  const isDemo = settings.isLoopback && settings.databaseUrl === null
  const env = {
    DEMO: isDemo ? '1' : '0', VAPID_SUBJECT: 'mailto:office@localhost', LOG_LEVEL: 'info', ...secrets,
    DATABASE_URL: services.ownerUrl, REDIS_URL: services.redisUrl, DATA_DIR: settings.dataDir, HOST: settings.host, PORT: String(port),
  }
  await migrateOffice(services.ownerUrl, secrets['ROLE_SECRET'] ?? '', log)
  if (services.isNewDatabase) {
    if (isDemo) {
      log('Making the demo office (once, about half a minute)')
      await seedDemoOffice(root, env)
    }
    finishOfficeDatabase(settings.dataDir)
  }
  const logFile = join(settings.dataDir, 'server.log')
  const server = startServer({ root, form, env, logFile })
  shutdown.add('The server', () => server.stop('SIGTERM', serverStopDeadlineMs))
  const address = `http://${settings.isLoopback ? settings.host : '127.0.0.1'}:${port}`
  await awaitReady(server, address, logFile)
  printWelcome({ address, isDemo, logFile, log })
  return Promise.race([services.broken, server.exited.then((reason) => `The server ${reason}; its log is ${logFile}.`)])
}

/** The running part of `npm start` and `npm run dev`: ends only by a signal or because a part failed. */
export async function runOffice(form: ServerForm): Promise<void> {
  const log = (line: string) => console.log(line)
  const shutdown = new OfficeShutdown(log)
  shutdown.stopOnSignals()
  stopWithNpm(shutdown)
  try {
    const reason = await startAll({ settings: readOfficeSettings(root, process.env), purpose: 'office', shutdown, log }, form)
    if (shutdown.isEnding) return
    console.error(reason)
  } catch (error) {
    if (shutdown.isEnding) return
    console.error((error as Error).message)
  }
  await shutdown.stop()
  process.exit(1)
}
