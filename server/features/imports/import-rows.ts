import type { ImportReport, ReadRows } from '#shared/imports/import-report.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { chunksOf } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { recordAnnouncement } from '../../sync/announce-records.ts'
import type { ImportNeeds, ImportOptions } from './needs.ts'

/** What becomes of the sound rows of a file. */
export interface ImportPlan<Row> {
  readonly created: Row[]
  readonly updated: Row[]
  readonly unchanged: number
}

export interface ImportWork<Row> {
  /** Name in the audit, e.g. `import.wards`. */
  readonly action: string
  readonly file: ReadRows<Row>
  /** Rows written together: a transaction holds at most some 500. */
  readonly rowsPerTransaction: number
  plan(tx: Tx, rows: readonly Row[]): Promise<ImportPlan<Row>>
  /** Both return the ids of what they wrote. */
  create(tx: Tx, rows: readonly Row[]): Promise<readonly string[]>
  update(tx: Tx, rows: readonly Row[]): Promise<readonly string[]>
}

/**
 * Plans against what is stored, then writes in small transactions. Nothing is written before every row was judged. Cut off
 * in between, the next run finds what is there by its source key and goes on.
 */
export async function importRows<Row>(
  needs: ImportNeeds,
  options: ImportOptions,
  work: ImportWork<Row>
): Promise<ImportReport> {
  const { file } = work
  const stopped = options.onError === 'stop' && file.refused.length > 0
  const told = { dryRun: options.dryRun, read: file.read, refused: file.refused, mended: file.mended, stopped }
  if (stopped) return { ...told, created: 0, updated: 0, unchanged: 0 }
  const who = { tenantId: options.tenant.tenantId }
  const plan = await needs.database.withTenant(who, (tx) => work.plan(tx, file.rows))
  if (!options.dryRun) {
    for (const rows of chunksOf(plan.created, work.rowsPerTransaction))
      await writeChunk(needs, who, { action: work.action, counts: { created: rows.length }, write: (tx) => work.create(tx, rows) })
    for (const rows of chunksOf(plan.updated, work.rowsPerTransaction))
      await writeChunk(needs, who, { action: work.action, counts: { updated: rows.length }, write: (tx) => work.update(tx, rows) })
  }
  return { ...told, created: plan.created.length, updated: plan.updated.length, unchanged: plan.unchanged }
}

/** One transaction with its audit; what it changed is told to the open screens after the commit. */
async function writeChunk(
  needs: ImportNeeds,
  who: { tenantId: string },
  chunk: { action: string; counts: { created?: number; updated?: number }; write(tx: Tx): Promise<readonly string[]> }
): Promise<void> {
  const change = await needs.database.withTenant(who, async (tx) => {
    const ids = await chunk.write(tx)
    await recordAudit(tx, needs, { action: chunk.action, actor: null, after: chunk.counts })
    return recordAnnouncement(tx, ids)
  })
  if (change) await needs.announce(change)
}
