import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { startTestServices, type TestServices } from '#server/testing/test-services.ts'
import type { ShardResult } from './shard-result.ts'

// npm run soak -- --seeds 10000            that many seeds from a random first one, which is printed
// npm run soak -- --first 1 --seeds 300    from a given one
// npm run soak -- --seed 17                one seed again; with --path 0:2:1 only the shortened list that failed
// --times 20                               that one seed so often, a few at a time: races need attempts
// --restores                               backups are put back as well, which the seeds of npm test draw and leave out
// --minutes 6                              no new seed after that time
// --least 100                              enough seeds, where time is short; else all of them
// --report f.json                          counts for npm test
// --shrink 60                              seconds for looking for a shorter list that fails too

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { seeds: text, first: text, seed: text, path: text, minutes: text, shrink: text, together: text, report: text, least: text, times: text, restores: { type: 'boolean' } } })

const one = values.seed !== undefined
const first = Number(values.seed ?? values.first ?? Math.floor(Math.random() * 1_000_000_000))
const seeds = one ? Number(values.times ?? 1) : Number(values.seeds ?? 300)
const shards = seeds === 1 ? 1 : Math.min(2, availableParallelism())
const until = Date.now() + Number(values.minutes ?? 24 * 60) * 60_000

const totals: Record<string, number> = {}
const counts: Record<string, number> = {}
const tally = { passed: 0, failed: 0 }

function add(into: Record<string, number>, from: Record<string, number>): void {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count
}

function hear(line: string): void {
  const result = JSON.parse(line) as ShardResult
  if (result.kind === 'done') {
    add(totals, result.totals)
    add(counts, result.counts)
    return
  }
  tally[result.kind] += 1
  if (result.kind === 'failed') {
    console.log(`FAIL seed ${result.seed}\n${result.report}\nagain: npm run soak -- --seed ${result.seed} --path "${result.path}"`)
  } else if (seeds === 1 || tally.passed % 50 === 0) console.log(`${tally.passed} seeds passed (seed ${result.seed} took ${result.ms} ms)`)
}

function startShard(services: TestServices, index: number): Promise<number> {
  const options = {
    superuser: services.superuserUrl, redis: `${services.redisUrl}/${index}`, first: first + index, step: shards, last: first + seeds - 1, until,
    together: values.together ?? 3, shrink: Number(values.shrink ?? 60) * 1_000, ...(values.path ? { path: values.path } : {}), ...(one ? { same: first } : {}), ...(values.restores ? { restores: 'yes' } : {}), ...(seeds === 1 ? { verbose: 'yes' } : {})
  }
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'shard.ts'), ...given], { stdio: ['pipe', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('{') && hear(line))
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
}

console.log(`soak: ${seeds} seeds from ${first}`)
const started = performance.now()
const services = await startTestServices({ log: () => undefined })
const codes = await Promise.all(Array.from({ length: shards }, (_, index) => startShard(services, index))).finally(() => services.stop())
const seconds = Math.round((performance.now() - started) / 1_000)
console.log(`soak: ${tally.passed} passed, ${tally.failed} failed of ${seeds} seeds from ${first} in ${seconds} s`)
console.log(Object.entries(totals).map(([name, count]) => `${name} ${count}`).join(', '))
console.log(Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', '))
const short = tally.passed + tally.failed < Math.min(seeds, Number(values.least ?? seeds))
if (short) console.log('too few seeds ran in that time')
if (values.report) writeFileSync(values.report, JSON.stringify({ ...tally, failed: tally.failed + (short ? 1 : 0), skipped: 0 }))
process.exitCode = tally.failed > 0 || short || codes.some((code) => code !== 0) ? 1 : 0
