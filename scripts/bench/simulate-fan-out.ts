import { parseArgs } from 'node:util'
import { seededRandom } from './fan-out/event-queue.ts'
import { simulateWave, type WaveReport } from './fan-out/poke-wave.ts'
import { echoPeakPerSecond, simulateStorm, type StormReport } from './fan-out/reconnect-storm.ts'
import type { Cost } from './fan-out/work-queue.ts'

// Pokes and reconnections of many devices in virtual time. Seconds on one core; the same seed prints the same table.
// Usage: npx tsx scripts/bench/simulate-fan-out.ts [--devices 500000] [--processes 50] [--postgres-cores 64] [--seed 1]

/** Measured by `npm run bench -- --only request-cost`, ms of processor time; see docs/capacity.md. */
const open: Cost = { web: 6.2, postgres: 2.1 }
const pull: Cost = { web: 3.8, postgres: 1.4 }
const refresh: Cost = { web: 4.9, postgres: 3.6 }
/** A floor of node:http reaches 10,000 streams in 223 ms, its clients on the same cores. */
const writeMs = 0.022
/** A mobile network, ms each way. */
const network = [30, 150] as const

const { values } = parseArgs({
  options: {
    devices: { type: 'string', default: '500000' },
    processes: { type: 'string', default: '50' },
    'postgres-cores': { type: 'string', default: '64' },
    seed: { type: 'string', default: '1' }
  }
})
const [devices, processes, postgresCores, seed] = [values.devices, values.processes, values['postgres-cores'], values.seed].map(Number) as [number, number, number, number]
const fleet = { processes, postgresCores }
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

function stormCells(name: string, report: StormReport): string[] {
  const { liveAfter, peakPerSecond, attempts, longestAnswer } = report
  return [
    name,
    seconds(liveAfter.half),
    seconds(liveAfter.p99),
    seconds(liveAfter.all),
    peakPerSecond.toLocaleString('en'),
    attempts.toLocaleString('en'),
    seconds(longestAnswer),
    echoPeakPerSecond(report).toLocaleString('en')
  ]
}

function waveCells(name: string, report: WaveReport): string[] {
  const { poked, shown } = report
  const used = `${report.seconds.web.toFixed(1)} s / ${report.seconds.postgres.toFixed(1)} s`
  return [name, seconds(poked.p95), seconds(poked.last), seconds(shown.p50), seconds(shown.p95), seconds(shown.last), used]
}

function print(headings: string[], rows: string[][]): void {
  const lines = [headings, headings.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
  console.log(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'))
}

const storm = { ...fleet, devices, open, refresh, outageMs: 0, expired: 0 }
const random = () => seededRandom(seed)
const minute = 60_000
/** Then every pause has reached its cap, and a longer outage ends no differently. */
const longMs = 3 * minute

console.log(`${devices.toLocaleString('en')} devices, ${processes} web processes, ${postgresCores} cores of Postgres, seed ${seed}\n`)
print(
  ['reconnect storm', 'half live', '99 % live', 'all live', 'most attempts/s', 'attempts since', 'longest answer', 'renewals/s 10 min later'],
  [
    stormCells('one process drained', simulateStorm({ ...storm, devices: Math.round(devices / processes), processes: Math.max(1, processes - 1), random: random() })),
    stormCells('all drained at once', simulateStorm({ ...storm, random: random() })),
    stormCells('all away for 1 min', simulateStorm({ ...storm, outageMs: minute, expired: 0.1, random: random() })),
    stormCells('all away until tokens ended', simulateStorm({ ...storm, outageMs: longMs, expired: 1, random: random() })),
    stormCells('the same without jitter', simulateStorm({ ...storm, outageMs: longMs, expired: 1, jitter: false, random: random() })),
    stormCells('the same, twice the processes', simulateStorm({ ...storm, processes: 2 * processes, outageMs: longMs, expired: 1, random: random() }))
  ]
)
console.log('')
const wave = { ...fleet, writeMs, pull, network }
print(
  ['one write, poked', 'poke p95', 'poke last', 'shown p50', 'shown p95', 'shown last', 'web / Postgres time'],
  [
    waveCells('a ward, 50 devices', simulateWave({ ...wave, devices: 50, random: random() })),
    waveCells('an office, 10,000 devices', simulateWave({ ...wave, devices: 10_000, random: random() })),
    waveCells('every device', simulateWave({ ...wave, devices, random: random() }))
  ]
)
