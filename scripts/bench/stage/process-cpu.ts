import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'

const ticksPerSecond = 100

/** Processor time of a process in ms, ended children included. Needs /proc. */
function millisecondsOf(pid: number): { parent: number; ms: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0)
    return { parent: Number(fields[1]), ms: (ticks * 1_000) / ticksPerSecond }
  } catch {
    return null
  }
}

/** Of one process. */
export function processMs(pid: number): number {
  return millisecondsOf(pid)?.ms ?? 0
}

/** Of a process and all that live below it now. */
export function familyMs(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => millisecondsOf(Number(name)))
  return children.reduce((sum, one) => (one?.parent === pid ? sum + one.ms : sum), processMs(pid))
}

/** The process that all connections of this cluster come from. */
export async function postmasterPid(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return millisecondsOf(rows[0]!.pid)?.parent ?? 0
  } finally {
    await client.end()
  }
}
