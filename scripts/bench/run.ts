import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { BenchRow } from './bench-row.ts'
import { benchTable } from './bench-table.ts'
import type { BenchPlan } from './bench-plan.ts'
import { judgeRows, unmeasuredGoals } from './goals.ts'
import { measureBacklog } from './lines/backlog.ts'
import { measureBundles } from './lines/bundle-sizes.ts'
import { measureColdStart } from './lines/on-phone/cold-start-offline.ts'
import { measureDelta } from './lines/delta-day.ts'
import { measureFirstScreen } from './lines/first-screen.ts'
import { measureFirstSync } from './lines/initial-sync-browser.ts'
import { measureLive } from './lines/live-latency.ts'
import { measureLogins } from './lines/guards/logins.ts'
import { measureLiveView } from './lines/on-phone/live-view.ts'
import { measurePolicy } from './lines/guards/policy-decision.ts'
import { measurePull } from './lines/pull-http.ts'
import { measurePullPages } from './lines/pull-pages.ts'
import { measurePush } from './lines/push-http.ts'
import { measureCosts } from './lines/request-cost.ts'
import { measureSaveLocal } from './lines/on-phone/save-local.ts'
import { measureRateLimit } from './lines/guards/rate-limit.ts'
import { measureRowSecurity } from './lines/guards/row-security.ts'
import { measureScopeChange } from './lines/scope-change.ts'
import { measureSearch } from './lines/on-phone/search.ts'
import { measureHeld } from './lines/sse-held.ts'
import { peerRows } from './peers/peer-rows.ts'
import { runPeers } from './peers/run-peers.ts'
import { startBenchServices } from './stage/bench-services.ts'

const usage = 'npm run bench [-- --json FILE] [--only NAME,...] [--docs N] [--times N] [--peers FOLDER]'

const lines: Readonly<Record<string, (plan: BenchPlan) => Promise<BenchRow[]>>> = {
  'pull-http': async (plan) => [...(await measurePull(plan)), ...(await measurePullPages(plan))],
  'push-http': measurePush,
  backlog: measureBacklog,
  'initial-sync-browser': measureFirstSync,
  'first-screen': measureFirstScreen,
  'scope-change': measureScopeChange,
  'live-latency': measureLive,
  'sse-held': measureHeld,
  'delta-day': measureDelta,
  'cold-start-offline': measureColdStart,
  search: measureSearch,
  'save-local': measureSaveLocal,
  'live-view': measureLiveView,
  'request-cost': measureCosts,
  authz: measurePolicy,
  auth: measureLogins,
  rls: measureRowSecurity,
  'rate-limit': measureRateLimit,
  bundle: measureBundles
}

const root = resolve(import.meta.dirname, '../..')
/** Documents of the peers' first sync, where the caller names none. */
const peerDocs = 10_000

interface BenchOptions {
  json: string | null
  names: string[]
  docs: number | null
  times: number
  /** Folder of the peers' harness. */
  peers: string | null
}

function readOptions(): BenchOptions {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      only: { type: 'string' },
      docs: { type: 'string' },
      times: { type: 'string', default: '3' },
      peers: { type: 'string' }
    }
  })
  const wholeNumber = (name: 'docs' | 'times') => {
    const text = values[name]
    if (text === undefined) return null
    if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} must be a whole number from 1 on.\n${usage}`)
    return Number(text)
  }
  const names = values.only === undefined ? Object.keys(lines) : values.only.split(',')
  const unknown = names.find((name) => !(name in lines))
  if (unknown !== undefined)
    throw new Error(`There is no line "${unknown}"; there are ${Object.keys(lines).join(', ')}.\n${usage}`)
  return { json: values.json ?? null, names, docs: wholeNumber('docs'), times: wholeNumber('times') ?? 3, peers: values.peers ?? null }
}

function buildAll(): void {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit']
  })
  if (status !== 0) throw new Error('npm run build failed; the reason stands above.')
}

const log = (line: string) => console.error(line)

/** Measures the lines one after the other, each on a Postgres and Redis of its own; what failed is told and the rest goes on. Writes the file after each. */
async function measureLines(options: BenchOptions): Promise<{ rows: BenchRow[]; failures: string[] }> {
  const [rows, failures]: [BenchRow[], string[]] = [[], []]
  for (const name of options.names) {
    log(`Measuring ${name}`)
    const services = await startBenchServices(() => undefined)
    const stopOnSignal = () => void services.stop().then(() => process.exit(130))
    process.once('SIGINT', stopOnSignal).once('SIGTERM', stopOnSignal)
    try {
      rows.push(...(await lines[name]!({ root, services, docs: options.docs, times: options.times })))
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`)
      log(`  failed: ${(error as Error).message}`)
    } finally {
      writeRows(options, rows)
      await services.stop()
      process.off('SIGINT', stopOnSignal).off('SIGTERM', stopOnSignal)
    }
  }
  return { rows, failures }
}

function writeRows({ json }: BenchOptions, rows: readonly BenchRow[]): void {
  if (json !== null) writeFileSync(json, `${JSON.stringify(judgeRows(rows), null, 2)}\n`)
}

/** The peers' harness in the same sitting, after ours; its rows stand beside those of ours that do the same work. */
async function measurePeers(options: BenchOptions, rows: readonly BenchRow[]): Promise<BenchRow[]> {
  if (options.peers === null) return []
  log('Measuring the peers')
  return peerRows(rows, await runPeers(options.peers, { docs: options.docs ?? peerDocs, times: options.times, log }))
}

try {
  const options = readOptions()
  buildAll()
  const { rows, failures } = await measureLines(options)
  await measurePeers(options, rows).then(
    (beside) => rows.push(...beside),
    (error: Error) => failures.push(`peers: ${error.message}`)
  )
  writeRows(options, rows)
  console.log(benchTable(judgeRows(rows), unmeasuredGoals(rows, options.names)))
  for (const failure of failures) log(`FAILED ${failure}`)
  if (failures.length > 0) process.exitCode = 1
} catch (error) {
  log((error as Error).message)
  process.exitCode = 1
}
