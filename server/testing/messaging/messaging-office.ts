import type { Actor } from '#shared/identity/actor.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import { readConfig, type ProcessRole } from '#server/config.ts'
import { departmentsSync } from '#server/features/departments/departments-sync.ts'
import * as grievanceMessages from '#server/features/grievances/grievance-messages.ts'
import { createGrievancesModule } from '#server/features/grievances/module.ts'
import {
  createMessagingModule,
  type MessagingModule,
  type MessagingOptions
} from '#server/features/messaging/module.ts'
import { territoriesSync } from '#server/features/territories/territories-sync.ts'
import { createLog } from '#server/http/observability/log.ts'
import type { Stop } from '#server/module.ts'
import { openPlatform } from '#server/open-platform.ts'
import type { Platform } from '#server/platform.ts'
import { systemClock } from '#server/ports/clock.ts'
import type { Announcement } from '#server/sync/announce-records.ts'
import { createSyncModule } from '#server/sync/sync-module.ts'
import { testRoleSecret, type ClonedDatabase } from '../database-clone.ts'
import { asOperator } from '../office-fixture.ts'
import type { TestTenant } from '../start-test-server.ts'

export interface MessagingOffice {
  readonly platform: Platform
  readonly messaging: MessagingModule
  /** Starts the roles as one more process of the installation would; resolves to the way to stop them. */
  start(...roles: ProcessRole[]): Promise<Stop>
  execute(actor: Actor, ...commands: Command[]): Promise<Verdict[]>
  close(): Promise<void>
}

interface OfficeOptions {
  environment?: Record<string, string>
  messaging?: MessagingOptions
}

/** Commands, outbox and senders on a real database and Redis, with waits short enough for a test. */
export function openMessagingOffice(
  database: ClonedDatabase,
  redisUrl: string,
  options: OfficeOptions = {}
): MessagingOffice {
  const config = readConfig({
    PORT: '0',
    SECRET_KEY: Buffer.from('a key for tests that is long enough').toString('base64url'),
    ROLE_SECRET: testRoleSecret,
    DATABASE_URL: database.ownerUrl,
    REDIS_URL: redisUrl,
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'http://office.test',
    ...options.environment
  })
  const platform = openPlatform(config, { log: createLog(config.LOG_LEVEL), clock: systemClock })
  const { messaging, sync } = joinRooms(platform, options)
  const stops: Stop[] = []
  return {
    platform,
    messaging,
    async start(...roles) {
      const mine: Stop[] = []
      for (const role of roles) mine.push((await messaging.start?.[role]?.()) ?? (async () => undefined))
      const stop = async () => {
        for (const one of mine.splice(0).reverse()) await one()
      }
      stops.push(stop)
      return stop
    },
    async execute(actor, ...commands) {
      return (await sync.executor.execute({ actor, commands, requestId: null })).verdicts
    },
    async close() {
      for (const stop of stops.reverse()) await stop()
      await platform.close()
    }
  }
}

function joinRooms(platform: Platform, { messaging: given }: OfficeOptions) {
  const needs = {
    grievances: grievanceMessages,
    announce: (change: Announcement) => sync.announce(change),
    trackingPath: (number: string) => `/track?number=${number}`
  }
  const timing = { relayMs: 50, reaperMs: 100, backoff: { baseMs: 50, capMs: 200 }, ...given?.timing }
  const messaging = createMessagingModule(platform, needs, { ...given, timing })
  const grievances = createGrievancesModule(platform)
  const sync = createSyncModule(platform, [territoriesSync, departmentsSync, grievances.sync, messaging.sync])
  return { messaging, sync }
}

export function actorOf(
  tenant: TestTenant,
  role: keyof TestTenant['users'] | 'citizen',
  more: Partial<Actor> = {}
): Actor {
  const userId = role === 'citizen' ? null : tenant.users[role]
  return {
    tenantId: tenant.tenantId,
    role,
    userId,
    deviceId: null,
    name: `A ${role}`,
    departmentId: null,
    wardIds: [],
    ...more
  }
}

export interface OutboxFacts {
  id: string
  channel: string
  topic: string
  status: string
  attempt: number
  turn: number
  last_error: string | null
  provider_ref: string | null
}

/** The messages about a record as they stand in Postgres, by topic and channel. */
export function outboxOf(database: ClonedDatabase, tenant: TestTenant, subjectId: string): Promise<OutboxFacts[]> {
  return asOperator(database, tenant.tenantId, async (client) => {
    const { rows } = await client.query<OutboxFacts>(
      'select * from outbox where subject_id = $1 order by topic, channel',
      [subjectId]
    )
    return rows
  })
}
