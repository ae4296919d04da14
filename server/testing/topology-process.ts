import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithParent, lastLogLines, startService, type ServiceProcess } from '#server/embedded/service-process.ts'

export type ServerForm = 'built' | 'source'

export interface ServerProcess {
  readonly name: string
  readonly pid: number
  readonly port: number
  /** The process itself, past the proxy. */
  readonly address: string
  readonly logFile: string
  readonly exited: Promise<string>
  stop(): Promise<void>
}

const root = resolve(import.meta.dirname, '../..')
const readyDeadlineMs = 60_000
const stopDeadlineMs = 20_000

const commands: Readonly<Record<ServerForm, string[]>> = {
  built: ['--enable-source-maps', join(root, 'dist/server/main.js')],
  source: ['--import', 'tsx', join(root, 'server/main.ts')]
}

/** Starts one server process with exactly `environment` and resolves when its /readiness says yes. */
export async function startServerProcess(options: {
  name: string
  dir: string
  form: ServerForm
  environment: Readonly<Record<string, string>>
}): Promise<ServerProcess> {
  const logFile = join(options.dir, `${options.name}.log`)
  const command = [...endWithParent('TERM'), process.execPath, ...commands[options.form]]
  const service = startService(command, logFile, { PATH: '/usr/local/bin:/usr/bin:/bin', ...options.environment })
  try {
    const port = await awaitPort(service, logFile)
    const address = `http://127.0.0.1:${port}`
    await awaitOutcome(service, logFile, () =>
      fetch(`${address}/readiness`).then(
        ({ ok }) => ok || null,
        () => null
      )
    )
    return {
      name: options.name,
      pid: service.pid,
      port,
      address,
      logFile,
      exited: service.exited,
      stop: () => service.stop('SIGTERM', stopDeadlineMs)
    }
  } catch (error) {
    await service.stop('SIGKILL', 0)
    throw error
  }
}

/** The port that the process picked, told by its line "ready". */
function awaitPort(service: ServiceProcess, logFile: string): Promise<number> {
  return awaitOutcome(service, logFile, () => {
    const line = readFileSync(logFile, 'utf8')
      .split('\n')
      .find((text) => text.includes('"msg":"ready"'))
    return Promise.resolve(line ? (JSON.parse(line) as { port: number }).port : null)
  })
}

async function awaitOutcome<T>(service: ServiceProcess, logFile: string, ask: () => Promise<T | null>): Promise<T> {
  const giveUpAt = Date.now() + readyDeadlineMs
  for (;;) {
    const outcome = await ask()
    if (outcome !== null) return outcome
    if (service.hasExited() || Date.now() > giveUpAt) throw new Error(`${logFile}:\n${lastLogLines(logFile)}`)
    await sleep(50)
  }
}
