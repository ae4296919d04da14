import { backoffMs } from '#client/sync/backoff.ts'
import { createEventQueue } from './event-queue.ts'
import { createWorkQueue, type Cost, type Fleet } from './work-queue.ts'

export interface Storm extends Fleet {
  readonly devices: number
  /** How long nobody answers; 0: a deploy, in which every stream is told `bye: draining`. */
  readonly outageMs: number
  /** Share of the devices whose access token has ended meanwhile. */
  readonly expired: number
  /** Opening a stream, with the pull that follows its hello. */
  readonly open: Cost
  /** A new access token. */
  readonly refresh: Cost
  readonly random: () => number
  /** `jitter: false` shows what the jitter is for. */
  readonly jitter?: boolean
}

export interface StormReport {
  /** From the server's return until this share of the devices is live again, ms. */
  readonly liveAfter: { readonly half: number; readonly p99: number; readonly all: number }
  /** Most attempts that arrived within a second, all processes together. */
  readonly peakPerSecond: number
  /** Since the server's return. */
  readonly attempts: number
  /** Longest time from an attempt to its answer, ms. */
  readonly longestAnswer: number
  /** When each was live, ms since the streams ended; for the echo that follows when tokens end together. */
  readonly liveAt: Float64Array
}

/** What a phone waits for the first byte before it gives up: two and a half heartbeats. */
const patienceMs = 50_000

/** All streams end at 0. Each device opens a new one with the pauses of the field app; virtual time, ms. */
export function simulateStorm(storm: Storm): StormReport {
  const { devices, outageMs, random } = storm
  const source = randomBytes(random)
  const pause = (failures: number, limits: { base: number; cap: number; floor: number }) =>
    storm.jitter === false ? limits.floor + Math.min(limits.cap, limits.base * 2 ** failures) : backoffMs(failures, source, limits)
  const queue = createEventQueue()
  const work = createWorkQueue(storm)
  const failures = new Uint8Array(devices)
  const liveAt = new Float64Array(devices)
  const arrivals = new Map<number, number>()
  let [attempts, longestAnswer] = [0, 0]

  function again(device: number, at: number): void {
    failures[device] = Math.min(20, failures[device]! + 1)
    queue.add(at + pause(failures[device]!, { base: 1_000, cap: 60_000, floor: 250 }), device)
  }

  for (let device = 0; device < devices; device += 1) {
    if (outageMs > 0) again(device, 0)
    else queue.add(pause(1, { base: 1_000, cap: 2_000, floor: 200 }), device)
  }
  for (let event = queue.next(); event; event = queue.next()) {
    const { at, device } = event
    if (at < outageMs) {
      again(device, at)
      continue
    }
    attempts += 1
    const second = Math.floor(at / 1_000)
    arrivals.set(second, (arrivals.get(second) ?? 0) + 1)
    const cost = random() < storm.expired ? sum(storm.open, storm.refresh) : storm.open
    const answered = work.finish(Math.floor(random() * storm.processes), at, cost)
    longestAnswer = Math.max(longestAnswer, Math.min(answered - at, patienceMs))
    if (answered - at > patienceMs) again(device, at + patienceMs)
    else liveAt[device] = answered
  }
  const sorted = liveAt.slice().sort()
  const after = (share: number) => Math.max(0, sorted[Math.ceil(share * devices) - 1]! - outageMs)
  const peakPerSecond = Math.max(0, ...arrivals.values())
  return { liveAfter: { half: after(0.5), p99: after(0.99), all: after(1) }, peakPerSecond, attempts, longestAnswer, liveAt }
}

/** The four bytes that a pause is made of, at once: it is asked for millions of times. */
function randomBytes(random: () => number) {
  const four = new Uint8Array(4)
  const view = new DataView(four.buffer)
  return {
    bytes: () => {
      view.setUint32(0, Math.floor(random() * 2 ** 32))
      return four
    }
  }
}

function sum(a: Cost, b: Cost): Cost {
  return { web: a.web + b.web, postgres: a.postgres + b.postgres }
}

/** Ten minutes later the tokens of that storm end, each a lifetime after it was given: the most renewals within a second. */
export function echoPeakPerSecond({ liveAt }: StormReport): number {
  const seconds = new Map<number, number>()
  for (const at of liveAt) seconds.set(Math.floor(at / 1_000), (seconds.get(Math.floor(at / 1_000)) ?? 0) + 1)
  return Math.max(0, ...seconds.values())
}
