import { request } from 'node:http'
import { collectionNames } from '#shared/protocol/collection-names.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import { logInTo } from '#server/testing/start-test-server.ts'
import { compareRuns, rounded, type BenchRow } from '../bench-row.ts'
import type { BenchPlan } from '../bench-plan.ts'
import { openConnection, type HttpConnection } from '../stage/http-connection.ts'
import { familyMs, postmasterPid, processMs } from '../stage/process-cpu.ts'
import { refreshSession } from '../stage/refresh-session.ts'

/** Processor time of one, ms. */
interface Cost {
  web: number
  postgres: number
}

/** What the requests of a storm cost in processor time, one after the other on a warm process: what docs/capacity.md and the simulation start from. */
export async function measureCosts({ services, docs }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 500
  const { web, database } = await services.openOffice(1_000)
  const postmaster = await postmasterPid(database.ownerUrl)
  const { reply, cookie } = await logInTo(web.address, 'field_worker')
  const connection = openConnection(web.address)
  const delta = await deltaBody(connection, reply.accessToken)
  let held = cookie
  const kinds: Record<string, () => Promise<unknown>> = {
    health: () => fetch(`${web.address}/health`).then((response) => response.text()),
    'pull of all collections, nothing new': () => connection.post('/api/v1/sync/pull', delta, reply.accessToken),
    'opening of a live stream': () => openStream(web.address, reply.accessToken),
    'new access token': async () => (held = await refreshSession(web.address, held))
  }
  const costs = new Map<string, Cost>()
  for (const [kind, run] of Object.entries(kinds)) {
    for (let n = 0; n < count; n += 1) await run()
    const [webBefore, postgresBefore] = [processMs(web.pid), familyMs(postmaster)]
    for (let n = 0; n < count; n += 1) await run()
    costs.set(kind, { web: (processMs(web.pid) - webBefore) / count, postgres: (familyMs(postmaster) - postgresBefore) / count })
  }
  connection.close()
  const floor = [Math.max(0.01, costs.get('health')!.web)]
  costs.delete('health')
  return [...costs].map(([kind, cost]) =>
    compareRuns({ name: 'request-cost', detail: `${kind}: processor time of the web process; of Postgres ${rounded(cost.postgres)} ms; mean of ${count}, one at a time, warm`, unit: 'ms', reference: `GET /health (${kind})`, ours: [cost.web], floor })
  )
}

/** Reads everything once; the request that then finds nothing new. */
async function deltaBody(connection: HttpConnection, token: string): Promise<string> {
  let pulls = collectionNames.map((collection) => ({ collection, checkpoint: null as unknown }))
  for (let done = false; !done;) {
    const body = JSON.stringify({ protocol: 1, pulls })
    const reply = JSON.parse((await connection.post('/api/v1/sync/pull', body, token)).toString()) as PullReply
    done = reply.pulls.every((page) => page.done)
    pulls = reply.pulls.map(({ collection, checkpoint }) => ({ collection, checkpoint }))
  }
  return JSON.stringify({ protocol: 1, pulls })
}

/** Resolves when the hello has come; the stream ends then. */
function openStream(address: string, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL('/api/v1/sync/live', address), { headers: { Authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`the stream answered ${response.statusCode}`))
      response.once('data', () => {
        asked.destroy()
        resolve()
      })
    })
    asked.on('error', reject).end()
  })
}
