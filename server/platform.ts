import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Metrics } from './http/observability/metrics.ts'
import type { RateLimiter } from './http/rate-limit.ts'
import type { Readiness } from './http/observability/readiness.ts'
import type { OneTimeSecrets } from './one-time/one-time-secrets.ts'
import type { Clock } from './ports/clock.ts'
import type { KeyRing } from './ports/key-ring.ts'
import type { Directory } from './postgres/directory.ts'
import type { Pool } from './postgres/pool.ts'
import type { Database } from './postgres/transaction.ts'
import type { RedisConnections } from './redis/connections.ts'
import type { PubSub } from './redis/publish.ts'

/** What the composition root offers to features. A feature takes only the parts its needs.ts names. */
export interface Platform {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  /** A version 7 UUID by the server's clock. */
  newId(): string
  /** Keys of sealed fields; `database` opens and seals with them. */
  readonly keys: KeyRing
  readonly database: Database
  readonly directory: Directory
  /** Pools by role. Only platform rooms and the directory functions of a feature use them directly. */
  readonly pools: { readonly app: Pool; readonly relay: Pool; readonly directory: Pool }
  readonly redis: RedisConnections
  readonly pubSub: PubSub
  readonly limiter: RateLimiter
  /** Links and codes that can be used once. */
  readonly oneTime: OneTimeSecrets
  readonly metrics: Metrics
  readonly readiness: Readiness
}
