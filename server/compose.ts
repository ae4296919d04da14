import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Logger } from 'pino'
import type { Config, ProcessRole } from './config.ts'
import { prepareSamples } from './demo-office/samples/write-samples.ts'
import { createApp, createHealthApp } from './http/create-app.ts'
import type { AppDeps } from './http/app-deps.ts'
import type { Route } from './http/define-route.ts'
import { startHttpServer } from './http/http-server.ts'
import { describingRoutes } from './http/openapi/openapi.ts'
import { createIdempotencyModule } from './http/idempotency/idempotency-module.ts'
import { createDefaultLimits } from './http/limits/default-limits.ts'
import type { StaticMount } from './http/static-files.ts'
import { createAuditModule } from './audit/audit-module.ts'
import { createAuditViewModule } from './features/audit/module.ts'
import { createDevicesModule } from './features/devices/module.ts'
import { createDepartmentsModule } from './features/departments/module.ts'
import { departmentsSync } from './features/departments/departments-sync.ts'
import { createFilesModule } from './features/files/module.ts'
import { tusPath } from './features/files/uploads/tus-protocol.ts'
import { grievancePhotos } from './features/grievances/grievance-photos.ts'
import * as grievanceMessages from './features/grievances/grievance-messages.ts'
import { reportPrivacy } from './features/grievances/privacy/report-privacy.ts'
import { createGrievancesModule } from './features/grievances/module.ts'
import { createPortalModule } from './features/grievances/pages/portal-module.ts'
import { createIdentityModule, type IdentityModule } from './features/identity/module.ts'
import { createImportsModule } from './features/imports/module.ts'
import { createMessagingModule } from './features/messaging/module.ts'
import { officeAddress } from './features/messaging/office-address.ts'
import { peoplePrivacy } from './features/people/people-privacy.ts'
import { peopleSync } from './features/people/people-sync.ts'
import { createPrivacyModule } from './features/privacy/privacy-routes.ts'
import { createRescueModule } from './features/rescue/module.ts'
import { tenantRescueKey } from './features/rescue/rescue-key.ts'
import { createSyncIssuesModule } from './features/sync-issues/module.ts'
import { syncIssuesSync } from './features/sync-issues/sync-issues-sync.ts'
import { createTenantsModule } from './features/tenants/module.ts'
import { createTerritoriesModule } from './features/territories/module.ts'
import { territoriesSync } from './features/territories/territories-sync.ts'
import { createSealingModule } from './jobs/seal-rotation.ts'
import type { Module, Stop } from './module.ts'
import { openPlatform } from './open-platform.ts'
import type { Platform } from './platform.ts'
import { createClamdScanner } from './ports/adapters/clamd-scanner.ts'
import { openFileStore } from './ports/adapters/open-file-store.ts'
import { systemClock, type Clock } from './ports/clock.ts'
import { acceptedKeys } from './ports/derive-key.ts'
import { eraseTraces } from './sync/erase-traces.ts'
import { receiptKeysOf } from './sync/receipt-signer.ts'
import { createSyncModule } from './sync/sync-module.ts'

export interface ComposeDeps {
  readonly log: Logger
  readonly clock?: Clock
  /** Routes beside those of the features; for tests. */
  readonly extraRoutes?: readonly Route[]
  readonly checkReplies?: boolean
  /** Folder of the built apps; `dist` of the working directory when not given. */
  readonly builtApps?: string
}

export interface System {
  readonly platform: Platform
  readonly routes: readonly Route[]
  /** Starts the roles and listens; a process without web answers only its health, readiness and metrics. */
  start(roles: readonly ProcessRole[]): Promise<{ port: number }>
  /** Drains: not ready, streams end, no new requests, running ones finish; then features, queues, Redis, Postgres. */
  stop(): Promise<void>
}

/** Time that running requests get to finish, in milliseconds. */
const drainDeadlineMs = 10_000

/** The features, joined: a line each, and what one needs of another. */
function composeFeatures(platform: Platform, builtApps: string): { identity: IdentityModule; modules: Module[] } {
  const { SECRET_KEY, PUBLIC_URL, CLAMD_ADDRESS } = platform.config
  const rescueKeyOf = (tenantId: string) => tenantRescueKey(SECRET_KEY, tenantId).publicKey
  const identity = createIdentityModule({ ...platform, rescueKeyOf, receiptKeys: receiptKeysOf(acceptedKeys(platform.config)), officeAddress: (tx) => officeAddress(tx, PUBLIC_URL) })
  const { endSessionsOfDevice, refreshCookie } = identity
  const devices = createDevicesModule({ ...platform, rescueKeyOf, endSessionsOfDevice, refreshCookie })
  const grievances = createGrievancesModule(platform)
  const fileStore = openFileStore(platform.config, platform.clock)
  const scanner = CLAMD_ADDRESS === undefined ? null : createClamdScanner({ address: CLAMD_ADDRESS })
  const files = createFilesModule({ ...platform, ...grievancePhotos, fileStore, scanner, announce: (change) => sync.announce(change) })
  const messaging = createMessagingModule(platform, {
    grievances: grievanceMessages,
    announce: (change) => sync.announce(change),
    trackingPath: (number) => `/track?number=${number}`
  })
  const parts = [territoriesSync, departmentsSync, peopleSync, grievances.sync, syncIssuesSync, files.sync, messaging.sync]
  const sync = createSyncModule(platform, parts)
  const rescue = createRescueModule({ ...platform, executor: sync.executor, keepPhoto: files.keepPhoto, surrender: devices.surrender })
  const builtPortal = resolve(builtApps, 'portal')
  const portal = createPortalModule({ ...platform, ...files, executor: sync.executor, announce: sync.announce, builtPortal, uploadPath: tusPath, randomBytes })
  const reading = [createTerritoriesModule(platform), createDepartmentsModule(platform), createSyncIssuesModule(platform), createSealingModule(platform)]
  const privacy = createPrivacyModule({ ...platform, people: peoplePrivacy, reports: reportPrivacy, eraseTraces, forgetPhotos: files.forgetPhotos, announce: sync.announce })
  const settingUp = [createTenantsModule({ ...platform, ...files, announce: sync.announce, makeSamples: prepareSamples.bind(null, fileStore) }), createImportsModule({ ...platform, announce: async (change) => sync.announce(change) })]
  const audit = [createAuditModule(platform), createAuditViewModule(platform)]
  return { identity, modules: [identity, devices, grievances, files, ...reading, ...settingUp, messaging, sync, rescue, privacy, ...audit, portal] }
}

/** The composition root: the only place where features meet. */
export async function compose(config: Config, deps: ComposeDeps): Promise<System> {
  const platform = openPlatform(config, { log: deps.log, clock: deps.clock ?? systemClock })
  const builtApps = deps.builtApps ?? resolve('dist')
  const { identity, modules } = composeFeatures(platform, builtApps)
  const idempotency = createIdempotencyModule(platform)
  modules.push(idempotency)
  const routes = [...modules.flatMap((module) => module.routes ?? []), ...(deps.extraRoutes ?? [])]
  const appDeps: AppDeps = {
    routes: [...routes, ...describingRoutes(routes)],
    directory: platform.directory,
    authenticate: identity.authenticate,
    noteLook: identity.noteLook,
    clock: platform.clock,
    log: platform.log,
    limiter: platform.limiter,
    defaultLimits: createDefaultLimits(platform.limiter, platform.clock, config.RATE_LIMIT_SCALE),
    idempotency: idempotency.store,
    readiness: platform.readiness,
    metrics: platform.metrics,
    newRequestId: platform.newId,
    publicUrl: config.PUBLIC_URL,
    trustProxy: config.TRUST_PROXY === 0 ? false : config.TRUST_PROXY,
    metricsToken: config.METRICS_TOKEN ?? null,
    staticMounts: [...officeApps(builtApps), ...modules.flatMap((module) => module.staticMounts ?? [])],
    checkReplies: deps.checkReplies ?? false,
    problemPage: modules.find((module) => module.problemPage)?.problemPage
  }
  const stops: Stop[] = [platform.close]
  return {
    platform,
    routes: appDeps.routes,
    async start(roles) {
      for (const module of modules) for (const role of roles) await startPart(module, role, stops)
      const app = roles.includes('web') ? createApp(appDeps) : createHealthApp(appDeps)
      const server = await startHttpServer(app, { host: config.HOST, port: config.PORT })
      stops.push(() => server.stop(drainDeadlineMs))
      return { port: server.port }
    },
    async stop() {
      platform.readiness.startDraining()
      for (const stop of stops.splice(0).reverse()) await stopPart(stop, deps.log)
    }
  }
}

async function startPart(module: Module, role: ProcessRole, stops: Stop[]): Promise<void> {
  const stop = await module.start?.[role]?.()
  if (stop) stops.push(stop)
}

/** A part that fails to stop does not keep the others from stopping. */
async function stopPart(stop: Stop, log: Logger): Promise<void> {
  await stop().catch((error: unknown) => log.error({ error: (error as Error).name }, 'a part did not stop cleanly'))
}

function officeApps(folder: string): StaticMount[] {
  return [
    { mount: '/field', folder: resolve(folder, 'field'), singlePage: true },
    { mount: '/admin', folder: resolve(folder, 'admin'), singlePage: true }
  ]
}
