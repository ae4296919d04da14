import { z } from 'zod'
import { compareRuns, type BenchRow } from '../bench-row.ts'

const measuredSchema = z.object({ system: z.string(), scenario: z.string(), variant: z.string(), value: z.number(), unit: z.string(), foreignCpu: z.number() })

/** What the peers' harness writes (`--out`). */
export const peerResultsSchema = z.object({
  docs: z.number(),
  rows: z.array(measuredSchema),
  failures: z.array(z.object({ system: z.string(), label: z.string(), error: z.string() }))
})
export type PeerResults = z.infer<typeof peerResultsSchema>
type Measured = z.infer<typeof measuredSchema>

/** A line of ours beside the rows of the harness that do the same work. */
interface Pairing {
  readonly name: string
  readonly unit: string
  /** Which of our rows, by its reference: the one against the floor that this pairing leans on. */
  readonly ours: RegExp
  readonly peers: Readonly<Record<string, readonly [system: string, scenario: string, variant: string]>>
  /** The harness counts documents a second: at that rate our own amount, which stands first in the row's detail, takes so many ms. */
  readonly isRate?: boolean
}

const pairings: readonly Pairing[] = [
  {
    name: 'initial-sync-browser', unit: 'ms', ours: /^packed-floor$/, isRate: true,
    peers: {
      pouchdb: ['pouch', 'A pull', 'idb adapter, batch_size 100'],
      rxdb: ['rxdb', 'A pull', 'dexie, batch 1000, 1 index'],
      zero: ['zero', 'A pull', 'client idb']
    }
  },
  {
    name: 'backlog', unit: 'ms', ours: /^outbox-floor$/, isRate: true,
    peers: { pouchdb: ['pouch', 'B push', 'idb adapter, batch_size 100'], rxdb: ['rxdb', 'B push', 'dexie, push batch 100'] }
  },
  {
    name: 'live-latency', unit: 'ms', ours: /p95$/,
    peers: { pouchdb: ['pouch', 'C live p95', 'idb, live sync (longpoll)'], rxdb: ['rxdb', 'C live p95', 'dexie, SSE'] }
  },
  {
    name: 'pull-http', unit: 'docs/s', ours: /^row_to_json/,
    peers: { pouchdb: ['pouch', 'D pull', '_changes?include_docs, 8 conn, 1000/batch'], rxdb: ['rxdb', 'D pull', 'naive express+pg, 8 conn, 1000/batch'] }
  },
  {
    name: 'push-http', unit: 'rows/s', ours: /^multi-row insert/,
    peers: { pouchdb: ['pouch', 'E push', '_bulk_docs, 8 conn, 100/batch'], rxdb: ['rxdb', 'E push', 'naive express+pg, 8 conn, 100/batch'] }
  }
]

/** Rows whose reference is a peer, for each line of ours that was measured with the same amount of work. */
export function peerRows(rows: readonly BenchRow[], results: PeerResults): BenchRow[] {
  return pairings.flatMap((pairing) => {
    const ours = rows.find((row) => row.name === pairing.name && row.unit === pairing.unit && pairing.ours.test(row.reference))
    if (!ours) return []
    return Object.entries(pairing.peers).flatMap(([reference, [system, scenario, variant]]) => {
      const theirs = results.rows.find((row) => row.system === system && row.scenario === scenario && row.variant === variant)
      return theirs ? [besidePeer(ours, reference, { theirs, isRate: pairing.isRate ?? false })] : []
    })
  })
}

function besidePeer(ours: BenchRow, reference: string, { theirs, isRate }: { theirs: Measured; isRate: boolean }): BenchRow {
  const amount = Number(/^\d+/.exec(ours.detail)?.[0])
  const value = isRate ? (amount / theirs.value) * 1000 : theirs.value
  const { system, scenario, variant, foreignCpu } = theirs
  const detail = `${system} / ${scenario} / ${variant}, same sitting, their documents of 436 bytes, other processes ${foreignCpu} % of the cores; ours: ${ours.detail}`
  return compareRuns({ name: ours.name, detail, unit: ours.unit, reference, ours: [ours.value], floor: [value] })
}
