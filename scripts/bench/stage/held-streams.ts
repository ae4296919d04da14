import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** When a poke reached the streams, by the machine's clock in ms. */
export interface Wave {
  readonly p95: number
  readonly last: number
}

/** Many streams, held by a process of their own. */
export interface HeldStreams {
  /** Resolves when all have the next poke. */
  nextWave(): Promise<Wave>
  close(): void
}

interface Told extends Partial<Wave> {
  open?: number
  failed?: string
}

const script = (name: string) => join(import.meta.dirname, '../floors', name)

/** Opens `count` streams and resolves when each has had its hello. Throws when one breaks meanwhile. */
export async function holdStreams(to: { port: number; path: string; token: string; count: number }): Promise<HeldStreams> {
  const clients = fork(script('sse-clients.js'), [String(to.port), String(to.count), to.path, to.token])
  await nextMessage(clients)
  return {
    async nextWave() {
      const { p95, last } = await nextMessage(clients)
      return { p95: p95 ?? NaN, last: last ?? NaN }
    },
    close: () => void clients.kill()
  }
}

function nextMessage(child: ChildProcess): Promise<Told> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the process of the streams ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (told: Told) => {
      child.off('exit', ended)
      if (told.failed === undefined) resolve(told)
      else reject(new Error(told.failed))
    })
  })
}

/** The bare node:http server of the floor. */
export async function startBareServer(): Promise<{ port: number; pid: number; stop(): void }> {
  const server = fork(script('sse-floor.js'))
  const port = await new Promise<number>((resolve) => server.once('message', (told: { port: number }) => resolve(told.port)))
  return { port, pid: server.pid ?? 0, stop: () => void server.kill() }
}

/** Resident memory of a process, in bytes. Needs /proc. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
