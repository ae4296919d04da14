import { setTimeout as sleep } from 'node:timers/promises'
import { logInTo } from '#server/testing/start-test-server.ts'
import { compareRuns, quantile, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { alternate } from '../stage/alternate.ts'
import { fileCase } from '../stage/bench-cases.ts'
import { holdStreams, residentBytes, startBareServer } from '../stage/held-streams.ts'
import { openConnection } from '../stage/http-connection.ts'

const waves = 20
const gapMs = 200

interface Held {
  /** Resident memory of the server with all streams open, bytes. */
  readonly resident: number
  /** Per poke, from its request on its way until the last stream has it, ms. */
  readonly toLast: number[]
}

/** Streams of pokes held by one server process, their clients in a process of their own; each run on a fresh pair. */
export async function measureHeld({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 10_000
  const office = await services.openOffice(0)
  const { reply } = await logInTo(office.web.address, 'field_worker')
  const { ours, floor, note } = await alternate(times, {
    async floor() {
      const server = await startBareServer()
      const post = openConnection(`http://127.0.0.1:${server.port}`)
      try {
        return await hold({ ...server, path: '/', token: '-', count }, () => post.post('/', '{}'))
      } finally {
        post.close()
        server.stop()
      }
    },
    async ours() {
      const web = await office.startAnother()
      const connection = openConnection(web.address)
      const token = reply.accessToken
      try {
        return await hold({ ...web, path: '/api/v1/sync/live', token, count }, (wave) =>
          fileCase(connection, { token, fixture: office.fixture, description: `wave ${wave}` })
        )
      } finally {
        connection.close()
        await web.stop()
      }
    }
  })
  const detail = `${count} streams on one process, ${waves} pokes, each had by all; ${note}`
  const common = { name: 'sse-held', reference: 'bare node:http, the same streams' }
  const toLast = (runs: Held[]) => runs.map((run) => quantile(run.toLast, 0.95))
  return [
    compareRuns({ ...common, detail: `resident, goal 300 MB; ${detail}`, unit: 'bytes', ours: ours.map((run) => run.resident), floor: floor.map((run) => run.resident) }),
    compareRuns({ ...common, detail: `p95 from the write's request until the last stream has its poke, goal 500 ms; ${detail}`, unit: 'ms', ours: toLast(ours), floor: toLast(floor) })
  ]
}

async function hold(
  to: { port: number; pid: number; path: string; token: string; count: number },
  poke: (wave: number) => Promise<unknown>
): Promise<Held> {
  const streams = await holdStreams(to)
  try {
    const toLast: number[] = []
    for (let wave = 0; wave < waves; wave += 1) {
      const [sentAt, reached] = [Date.now(), streams.nextWave()]
      const [, { last }] = await Promise.all([poke(wave), reached])
      toLast.push(Math.max(1, last - sentAt))
      await sleep(gapMs)
    }
    return { resident: residentBytes(to.pid), toLast }
  } finally {
    streams.close()
  }
}
