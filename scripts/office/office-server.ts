import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endWithParent, lastLogLines, startService, type ServiceProcess } from '#server/embedded/service-process.ts'

export type ServerForm = 'built' | 'watched'

const readyDeadlineMs = 60_000

function serverCommand(root: string, form: ServerForm): string[] {
  if (form === 'built') return [process.execPath, '--enable-source-maps', join(root, 'dist/server/main.js')]
  return [process.execPath, join(root, 'node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false', join(root, 'server/main.ts')]
}

async function isReady(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/readiness`, { signal: AbortSignal.timeout(5000) })).ok
  } catch {
    return false
  }
}

/** Starts the server process with `env` on top of ours; its log lines go to `logFile`. */
export function startServer(options: { root: string; form: ServerForm; env: Record<string, string>; logFile: string }): ServiceProcess {
  return startService([...endWithParent('TERM'), ...serverCommand(options.root, options.form)], options.logFile, { ...process.env, ...options.env })
}

/** Resolves when the server says that it is ready. Throws its last log lines when it ends or takes longer than a minute. */
export async function awaitReady(server: ServiceProcess, address: string, logFile: string): Promise<void> {
  const giveUpAt = Date.now() + readyDeadlineMs
  while (!(await isReady(address))) {
    if (server.hasExited()) throw new Error(`The server ended before it was ready. Its last words (${logFile}):\n${lastLogLines(logFile)}`)
    if (Date.now() > giveUpAt) throw new Error(`The server did not become ready within a minute. Its last words (${logFile}):\n${lastLogLines(logFile)}`)
    await sleep(100)
  }
}
