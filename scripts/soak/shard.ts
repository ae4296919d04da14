import 'fake-indexeddb/auto'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { cloneTemplate } from '#server/testing/database-clone.ts'
import { startTestServer } from '#server/testing/start-test-server.ts'
import { pruneBelow } from '#server/sync/feed/feed-prune.ts'
import { checkOrigin } from '#server/sync/feed/feed-restamp.ts'
import { createReceiptSigner } from '#server/sync/receipt-signer.ts'
import { counts, onStep } from './commands/soak-command.ts'
import { createRealms } from './device/realms.ts'
import { installLives } from './device/lives.ts'
import { nudged } from './invariants/quiet.ts'
import { soakProperty, totals } from './model.ts'
import { installOracle } from './oracle/oracle.ts'
import { keepValuesInAudit } from './server/audit-in-clear.ts'
import type { ShardResult } from './shard-result.ts'
import type { Stage } from './world.ts'

// One process of the soak: a server of its own on a database of its own, and the devices of one seed after the other, a few
// at a time. Started by run.ts; tells it about each seed as a JSON line.

const text = { type: 'string' } as const
const { values } = parseArgs({
  options: { superuser: text, redis: text, first: text, step: text, last: text, until: text, path: text, together: text, shrink: text, verbose: text, same: text, restores: text }
})
const given = (name: keyof typeof values) => values[name] ?? ''

const tell = (result: ShardResult): void => void process.stdout.write(`${JSON.stringify(result)}\n`)

// Whatever a killed app still had under way may fail unheard; failures of the living come back through their promises.
process.on('unhandledRejection', (error) => {
  if (!/killed|aborted|closed|InvalidState|DatabaseClosed|fetch failed/i.test(String(error))) process.stderr.write(`unhandled: ${String((error as Error)?.stack ?? error)}\n`)
})

/** First the seed alone; only when it fails, time is spent on looking for a shorter list that fails too. */
async function runSeed(stage: Stage, seed: number): Promise<void> {
  const started = performance.now()
  const replay = given('path') ? { path: given('path') } : {}
  const first = await fc.check(soakProperty(stage), { seed, numRuns: 1, endOnFailure: true, ...replay })
  const ms = Math.round(performance.now() - started)
  if (!first.failed) return tell({ kind: 'passed', seed, ms })
  const limit = { interruptAfterTimeLimit: Number(given('shrink')), markInterruptAsFailure: false }
  const path = first.counterexamplePath ?? undefined
  const shorter = limit.interruptAfterTimeLimit > 0 ? await fc.check(soakProperty(stage), { seed, numRuns: 1, ...(path ? { path } : {}), ...limit }) : first
  const worst = shorter.failed && shorter.counterexample ? shorter : first
  const error = worst.errorInstance as Error
  tell({ kind: 'failed', seed, ms, path: worst.counterexamplePath ?? '', report: `${fc.stringify(worst.counterexample)}\n${error.stack ?? String(error)}` })
}

// The run that started this process has ended.
process.stdin.resume().on('end', () => process.exit(1))

installLives()
if (given('verbose')) onStep.tell = (step) => process.stderr.write(`${Math.round(performance.now())} ${step}\n`)
// RxDB's advertisement, and Dexie on databases that a kill cut off.
console.log = () => undefined
console.warn = () => undefined
const database = await cloneTemplate(given('superuser'))
keepValuesInAudit()
const server = await startTestServer({ database, redisUrl: given('redis'), roles: ['web', 'scheduler'] })
const oracle = await installOracle(database)
let number = 0
const signer = createReceiptSigner([server.system.platform.config.SECRET_KEY])
const platform = server.system.platform.database
const stage: Stage = {
  restores: given('restores') !== '',
  serverUrl: server.url, deviceUrl: server.url, oracle, signer, realms: createRealms(), nextNumber: () => (number += 1),
  async prune(tenantId) {
    const [row] = await oracle.rows<{ horizon: string }>(tenantId, 'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon')
    await pruneBelow(platform, tenantId, row!.horizon)
  },
  restamp: async (tenantId) => void (await checkOrigin(platform, tenantId))
}
let next = Number(given('first'))

async function work(): Promise<void> {
  while (next <= Number(given('last')) && Date.now() < Number(given('until'))) {
    const seed = Number(given('same') || next)
    next += Number(given('step'))
    await runSeed(stage, seed)
  }
}

await Promise.all(Array.from({ length: Number(given('together')) }, work))
tell({ kind: 'done', totals: { ...totals, nudged: nudged.count, commands: [...counts.values()].reduce((sum, count) => sum + count, 0) }, counts: Object.fromEntries(counts) })
await oracle.close()
await server.close()
await database.drop()
process.exit(0)
