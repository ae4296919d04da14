import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'

export interface ServiceProcess {
  readonly pid: number
  /** Resolves with a short reason when the process has ended, however it ended. */
  readonly exited: Promise<string>
  readonly hasExited: () => boolean
  /** Sends `signal`, waits `deadlineMs`, then kills. Resolves when the process is gone. */
  stop(signal: NodeJS.Signals, deadlineMs: number): Promise<void>
}

function watchExit(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with code ${code}`))
  })
}

/**
 * Starts a long-running program in a process group of its own, so that Ctrl-C reaches only us.
 * Its output goes to `logFile`, never to a pipe: a pipe would break the program when its parent dies.
 * `env` is its whole environment; without it, it gets ours.
 */
export function startService(command: readonly string[], logFile: string, env?: NodeJS.ProcessEnv): ServiceProcess {
  const [program = '', ...args] = command
  const output = openSync(logFile, 'w', 0o600)
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output], ...(env ? { env } : {}) })
  closeSync(output)
  let ended = false
  const exited = watchExit(child).then((reason) => {
    ended = true
    return reason
  })
  async function stop(signal: NodeJS.Signals, deadlineMs: number): Promise<void> {
    if (ended) return
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs)
    await exited
    clearTimeout(timer)
  }
  return { pid: child.pid ?? 0, exited, hasExited: () => ended, stop }
}

/** Prefix that makes the kernel send `signal` to the program when the process that started it dies. */
export function endWithParent(signal: 'INT' | 'TERM'): string[] {
  return ['setpriv', '--pdeathsig', signal]
}

/** The last lines of a service's log, for an error sentence. */
export function lastLogLines(logFile: string, count = 6): string {
  try {
    return readFileSync(logFile, 'utf8').trim().split('\n').slice(-count).join('\n')
  } catch {
    return '(no log)'
  }
}
