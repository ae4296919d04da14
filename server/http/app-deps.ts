import type { Logger } from 'pino'
import type { ProblemBody } from '#shared/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Route } from './define-route.ts'
import type { IdempotencyStore } from './idempotency/idempotency.ts'
import type { DefaultLimits } from './limits/default-limits.ts'
import type { Metrics } from './observability/metrics.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { Readiness } from './observability/readiness.ts'
import type { Session } from './request-context.ts'
import type { StaticMount } from './static-files.ts'
import type { TenantRecord, Directory } from '../postgres/directory.ts'

/** One record or list that the operator opens in a person's place. Nothing personal is in it. */
export interface Look {
  readonly session: Session
  /** Method and pattern. */
  readonly route: string
  readonly noun: string
  /** Of the record; null for a list. */
  readonly id: string | null
  readonly requestId: string
}

/** Everything the web role's app is made of. */
export interface AppDeps {
  readonly routes: readonly Route[]
  readonly directory: Directory
  /** Session of an access token; throws a 401 `AppError` when it does not stand. */
  authenticate(token: string, tenant: TenantRecord): Promise<Session>
  /** Writes down what the operator is about to see in a person's place; what cannot be written down is not shown. */
  noteLook(look: Look): Promise<void>
  readonly clock: Clock
  readonly log: Logger
  readonly limiter: RateLimiter
  /** For routes that state no limit of their own. */
  readonly defaultLimits: DefaultLimits
  readonly idempotency: IdempotencyStore
  readonly readiness: Readiness
  readonly metrics: Metrics
  newRequestId(): string
  /** Address that people type; https switches HSTS on. */
  readonly publicUrl: string
  /** How many proxies in front are believed in `X-Forwarded-*`; false believes none. */
  readonly trustProxy: number | false
  readonly metricsToken: string | null
  readonly staticMounts: readonly StaticMount[]
  /** Holds replies against their schemas; for tests. */
  readonly checkReplies?: boolean
  /** HTML for a problem met by a browser outside /api. */
  readonly problemPage?: ((problem: ProblemBody, page: { language: string; basePath: string; tenant: TenantRecord | null }) => string) | undefined
}
