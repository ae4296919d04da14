import { z } from 'zod'
import { anyone } from '#server/http/access.ts'
import { defineRoute, type Route } from '#server/http/define-route.ts'
import { startTestServer } from '#server/testing/start-test-server.ts'
import { compareRuns, median, rounded, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'
import { watchForeignCpu } from '../../stage/foreign-cpu.ts'

const budgetMs = 1
const reply = { 200: z.object({ ok: z.boolean() }) }
const facts = { method: 'get', tag: 'bench', summary: 'Nothing.', access: anyone, reply, handle: () => ({ status: 200 as const, body: { ok: true } }) } as const

/** The same empty route, under the default limit (counted in the process at this pace) and under one that Redis counts. */
const routes: Route[] = [
  defineRoute({ ...facts, path: '/api/v1/bench/plain' }),
  defineRoute({ ...facts, path: '/api/v1/bench/limited', limit: { name: 'bench', points: 1_000_000_000, seconds: 60, by: 'network' } })
]

/** What a limit over all processes adds to a request: requests to both routes in turn, one at a time, the medians apart. */
export async function measureRateLimit({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 2_000
  const { database, tenant } = await services.openOffice(0)
  const server = await startTestServer({ database, redisUrl: services.redisUrl, environment: { RATE_LIMIT_SCALE: '1000' }, deps: { extraRoutes: routes, checkReplies: false } })
  const ask = async (path: string): Promise<number> => {
    const begun = performance.now()
    const response = await fetch(`${server.url}/o/${tenant.slug}/api/v1/bench/${path}`)
    await response.arrayBuffer()
    if (response.status !== 200 || !response.headers.get('RateLimit')?.includes(path === 'limited' ? 'bench' : 'default')) throw new Error(`${path} answered ${response.status} under another limit`)
    return performance.now() - begun
  }
  const foreign = watchForeignCpu()
  const runs: { plain: number; limited: number }[] = []
  try {
    for (let run = -1; run < Math.max(3, times); run += 1) {
      const [plain, limited]: [number[], number[]] = [[], []]
      for (let n = 0; n < count; n += 1) {
        plain.push(await ask('plain'))
        limited.push(await ask('limited'))
      }
      if (run >= 0) runs.push({ plain: median(plain), limited: median(limited) })
    }
  } finally {
    await server.close()
  }
  const added = runs.map(({ plain, limited }) => Math.max(0.001, limited - plain))
  const p50 = (side: 'plain' | 'limited') => rounded(median(runs.map((run) => run[side])))
  const detail = `added p50: ${p50('limited')} ms with a limit counted in Redis, ${p50('plain')} ms without; ${count} requests each a run, in turn, one at a time, the client in the same process; other processes ${foreign()} % of the cores`
  return [compareRuns({ name: 'rate-limit', detail, unit: 'ms', reference: 'budget', ours: added, floor: [budgetMs] })]
}
