import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Pool } from '../../postgres/pool.ts'

/** The process's measurements. No label carries a tenant, a person or a path with an id. */
export interface Metrics {
  readonly registry: Registry
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>
  readonly queriesWithoutTenant: Counter
  watchPool(name: string, pool: Pool): void
  /** A gauge that asks for its value when the metrics are read. */
  gauge(name: string, help: string, read: () => Promise<number> | number): void
  counter(name: string, help: string, labels?: string[]): Counter
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const pools = new Map<string, Pool>()
  addPoolGauge(registry, pools)
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time until the last byte of a response, by route pattern',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers
    }),
    queriesWithoutTenant: new Counter({
      name: 'queries_without_tenant_total',
      help: 'Queries that ran without a tenant and so saw no row',
      registers
    }),
    watchPool: (name, pool) => void pools.set(name, pool),
    gauge: (name, help, read) => addGauge(registry, { name, help }, read),
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: labels, registers })
  }
}

function addPoolGauge(registry: Registry, pools: ReadonlyMap<string, Pool>): void {
  const gauge = new Gauge({
    name: 'postgres_pool_connections',
    help: 'Connections by pool, open and idle, and callers waiting for one',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [name, pool] of pools) {
        gauge.set({ pool: name, state: 'open' }, pool.totalCount)
        gauge.set({ pool: name, state: 'idle' }, pool.idleCount)
        gauge.set({ pool: name, state: 'waiting' }, pool.waitingCount)
      }
    }
  })
}

function addGauge(registry: Registry, facts: { name: string; help: string }, read: () => Promise<number> | number): void {
  const gauge = new Gauge({
    ...facts,
    registers: [registry],
    async collect() {
      const value = await Promise.resolve().then(read).catch(() => null)
      if (value !== null) gauge.set(value)
    }
  })
}
