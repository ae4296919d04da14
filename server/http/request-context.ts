import type { Actor } from '#shared/identity/actor.ts'
import type { Clock } from '../ports/clock.ts'
import type { TenantRecord } from '../postgres/directory.ts'

/** What every handler knows about the request besides its input. */
export interface RequestContext<A extends Actor | null = Actor | null> {
  readonly tenant: TenantRecord
  /** Not null behind `signedIn` and `may(...)`. */
  readonly actor: A
  /** The session the actor came with: its access token ends at `expiresAt` (ms, server clock). */
  readonly session: A extends null ? Session | null : Session
  readonly requestId: string
  readonly clock: Clock
  readonly log: Log
  /** Address of the caller; never logged, never stored as it is. */
  readonly ip: string
  /** One of the tenant's languages: the `lang` cookie, else Accept-Language, else the tenant's first. */
  readonly language: string
  /** '' or '/o/<slug>': what every link and cookie path of this tenant starts with. */
  readonly basePath: string
  cookie(name: string): string | undefined
  /** What HTTP Basic names, for the one route that takes it; not checked here. */
  readonly basic: { id: string; secret: string } | null
}

export interface Session {
  actor: Actor
  familyId: string
  /** End of the access token, ms since the epoch, server clock. */
  expiresAt: number
  /** The operator stands in for the actor: see `refuseImpersonator`. */
  isImpersonated?: boolean
  /** Lacks the second step that the office wants: see `refuseLimited`. */
  isLimited?: boolean
}

/** The part of pino that code may use. Facts go in as fields; never names, numbers, texts of people. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
