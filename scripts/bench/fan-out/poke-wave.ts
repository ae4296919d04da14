import { quantile } from '../bench-row.ts'
import { createWorkQueue, type Cost, type Fleet } from './work-queue.ts'

export interface Wave extends Fleet {
  /** Devices that listen to the scope that changed. */
  readonly devices: number
  /** Writing one event to one stream, ms of the process. */
  readonly writeMs: number
  /** The pull that follows the poke. */
  readonly pull: Cost
  /** From a process to a device, and back, ms each: uniform between the two. */
  readonly network: readonly [least: number, most: number]
  readonly random: () => number
}

export interface WaveReport {
  /** From the release of the poke until a device has it, and until it has what changed, ms. */
  readonly poked: { readonly p95: number; readonly last: number }
  readonly shown: { readonly p50: number; readonly p95: number; readonly last: number }
  /** Processor time of the wave: all web processes, and Postgres, s. */
  readonly seconds: Cost
}

/** One write that concerns so many devices, spread over all processes; every one is poked and pulls. Virtual time, ms. */
export function simulateWave(wave: Wave): WaveReport {
  const { devices, processes, random } = wave
  const [least, most] = wave.network
  const travel = () => least + random() * (most - least)
  const work = createWorkQueue(wave)
  const poked = new Float64Array(devices)
  const pulls: { process: number; at: number }[] = []
  for (let device = 0; device < devices; device += 1) {
    const process = device % processes
    const written = work.finish(process, 0, { web: wave.writeMs, postgres: 0 })
    poked[device] = written + travel()
    pulls.push({ process: Math.floor(random() * processes), at: poked[device]! + travel() })
  }
  pulls.sort((a, b) => a.at - b.at)
  const shown = pulls.map(({ process, at }) => work.finish(process, at, wave.pull) + travel())
  const at = (share: number) => quantile(shown, share)
  const { web, postgres } = work.used
  return {
    poked: { p95: quantile([...poked], 0.95), last: quantile([...poked], 1) },
    shown: { p50: at(0.5), p95: at(0.95), last: at(1) },
    seconds: { web: web / 1_000, postgres: postgres / 1_000 }
  }
}
