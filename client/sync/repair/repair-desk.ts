import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { FedPage } from '#client/local-store/replica-feed.ts'
import type { StatusDesk } from '../status-desk.ts'
import type { RepairParts } from './repair-copies.ts'
import { isRepairDue, repairSetting, type RepairBook, type RepairReport } from './repair-due.ts'

export interface RepairDesk {
  /** Compares when it is due; not while something waits to be sent, but while something waits at the server, which may take weeks. Times by the server's clock, ms. */
  look(times: { now: number; lastPulledAt: number | null }): Promise<void>
  repair(): Promise<RepairReport>
  reconcile(collection: CollectionName): Promise<FedPage>
  /** Resolves when this collection is not being compared: what the feed tells of it meanwhile is written after what the comparison found. */
  atRest(collection: CollectionName): Promise<unknown> | undefined
}

/** Decides when to compare. What compares is loaded then: most starts need none of it. */
export function createRepairDesk(
  parts: RepairParts & { status: Pick<StatusDesk, 'current'> },
  stand: () => { at: number; readTo: ReadonlyMap<CollectionName, Checkpoint> }
): RepairDesk {
  let wasAway = true
  let tail: Promise<unknown> = Promise.resolve()
  /** One after the other: counting is work for a phone. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work, work)
    tail = result.catch(() => undefined)
    return result
  }
  const load = () => import('./repair-copies.ts')
  const comparing = new Map<CollectionName, Promise<unknown>>()
  const repair = () => inTurn(async () => (await load()).repairCopies(parts, { ...stand(), comparing }))
  return {
    repair,
    atRest: (collection) => comparing.get(collection),
    reconcile: (collection) => inTurn(async () => (await load()).reconcileCollection(parts, collection)),
    async look({ now, lastPulledAt }) {
      const book = await parts.outbox.setting<RepairBook>(repairSetting)
      if (!book) return parts.outbox.putSetting(repairSetting, { comparedAt: now, due: false, untold: [] } satisfies RepairBook)
      if (parts.status.current().items.some(({ state }) => state === 'saved' || state === 'sending')) return
      if (!isRepairDue(book, { now, lastPulledAt: wasAway ? lastPulledAt : null }) && !(book.needed && (await (await load()).isFreed(parts, book.needed)))) return
      wasAway = false
      await repair()
    }
  }
}
