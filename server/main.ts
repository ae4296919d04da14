import { compose } from './compose.ts'
import { ConfigError, readProcessConfig, type Config } from './config.ts'
import { createLog } from './http/observability/log.ts'

/** A process that has not stopped by then is ended; what it held is taken up again from Postgres. */
const stopDeadlineMs = 25_000

/** Reads the configuration, starts the roles of this process, and drains on the first SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const config = configOrExit()
  const log = createLog(config.LOG_LEVEL)
  const system = await compose(config, { log })
  let stopping = false
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'draining')
    setTimeout(() => process.exit(1), stopDeadlineMs).unref()
    await system.stop()
    log.info({}, 'stopped')
    process.exit(0)
  }
  process.on('SIGTERM', (signal) => void stop(signal))
  process.on('SIGINT', (signal) => void stop(signal))
  const { port } = await system.start(config.ROLES)
  log.info({ port, roles: config.ROLES }, 'ready')
}

function configOrExit(): Config {
  try {
    return readProcessConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

main().catch((error: unknown) => {
  const { code, message } = error as { code?: string; message?: string }
  process.stderr.write(code === 'EADDRINUSE' ? 'The port is taken. Set PORT to another one.\n' : `Sampark could not start: ${message}\n`)
  process.exit(1)
})
