import { createHash } from 'node:crypto'
import { refuseConstraints } from '../../../postgres/refuse-constraints.ts'
import { readTenantTables } from '../../../postgres/tenant-tables.ts'
import { tenantRefusals } from '../create-tenant.ts'
import { removeTenant } from '../lifecycle/erase-tenant.ts'
import { ArchiveError, partOf, type ArchivePart, type Manifest } from './archive-manifest.ts'
import type { ArchiveNeeds } from './archive-needs.ts'
import { lineBatches } from './line-batches.ts'
import { holdStill, rowLines, writeRows } from './table-rows.ts'
import { planTables, sealedColumn, type TablePlan } from './table-rules.ts'
import { walkArchive } from './walk-archive.ts'

/** The office under another identity: a copy beside the first. Hosts stay with the first. */
export interface NewIdentity {
  readonly tenantId: string
  readonly slug: string
  readonly trackingPrefix: string
}

export interface ImportOptions {
  readonly path: string
  /** Bytes that the parts may have together, unpacked. */
  readonly mostBytes: number
  readonly as?: NewIdentity
}

type ImportNeeds = Omit<ArchiveNeeds, 'workFolder'>

/**
 * Reads an archive twice: once to see that every part is what the manifest says, before anything is written; then to write it, in small
 * transactions, into an office that nobody can enter. At the end the rows are read back and compared with the manifest, and the office
 * opens. Whatever goes wrong after the first row removes what was written. Throws an ArchiveError by the name of the part.
 */
export async function importTenant(needs: ImportNeeds, options: ImportOptions): Promise<{ tenantId: string; manifest: Manifest }> {
  const { path, mostBytes } = options
  const manifest = await walkArchive(path, { mostBytes, onPart: drain })
  const tenantId = options.as?.tenantId ?? manifest.tenant.tenantId
  const plans = await plansOf(needs, manifest, tenantId)
  await refusePresent(needs, tenantId)
  try {
    await walkArchive(path, { mostBytes, onPart: (part, bytes) => writePart(needs, { part, bytes, tenantId, plans, as: options.as }) })
    if (!options.as) await compareTables(needs, { manifest, tenantId, plans })
    await needs.database.withTenant({ tenantId }, (tx) => tx.query(`update tenant set status = 'active', status_since = now() where tenant_id = $1`, [tenantId]))
  } catch (error) {
    await removeTenant(needs, tenantId)
    throw error
  }
  return { tenantId, manifest }
}

async function drain(_part: ArchivePart, bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of bytes) void chunk
}

/** How each table of the archive is written here: with the columns that it brings. */
async function plansOf(needs: ImportNeeds, manifest: Manifest, tenantId: string): Promise<Map<string, TablePlan>> {
  const tables = await needs.database.withTenant({ tenantId }, (tx) => readTenantTables((text) => tx.query(text)))
  const known = planTables(tables)
  const plans = new Map<string, TablePlan>()
  let place = -1
  for (const { path, columns = [] } of manifest.parts) {
    const kind = partOf(path)
    if (!kind || !('table' in kind)) continue
    const index = known.findIndex(({ name }) => name === kind.table)
    const plan = known[index]
    const strange = columns.find((name) => !(plan?.sealed && name === sealedColumn) && !plan?.columns.some((column) => column.name === name))
    if (!plan || strange !== undefined) throw new ArchiveError(path, strange === undefined ? 'this version of Sampark has no such table' : `this version of Sampark has no column ${strange}`)
    if (index <= place) throw new ArchiveError(path, 'it stands before a table that it needs')
    place = index
    plans.set(path, { ...plan, columns: plan.columns.filter(({ name }) => columns.includes(name)) })
  }
  if (manifest.parts[0]?.path !== 'tables/tenant.jsonl') throw new ArchiveError('tables/tenant.jsonl', 'it does not come first')
  return plans
}

async function refusePresent(needs: ImportNeeds, tenantId: string): Promise<void> {
  const { rows } = await needs.database.withTenant({ tenantId }, (tx) => tx.query<{ status: string }>('select status from tenant where tenant_id = $1', [tenantId]))
  if (!rows[0]) return
  throw new ArchiveError(null, rows[0].status === 'importing' ? 'an earlier import of this office was cut off; erase it first' : 'this office is here already')
}

interface Writing {
  readonly part: ArchivePart
  readonly bytes: AsyncIterable<Buffer>
  readonly tenantId: string
  readonly plans: Map<string, TablePlan>
  readonly as?: NewIdentity
}

async function writePart(needs: ImportNeeds, writing: Writing): Promise<void> {
  const { part, bytes, tenantId } = writing
  const kind = partOf(part.path)
  if (kind && 'fileId' in kind) return needs.fileStore.put({ tenantId, id: kind.fileId, variant: kind.variant }, bytes)
  const plan = writing.plans.get(part.path)
  if (!plan || (writing.as && plan.name === 'tenant_host')) return drain(part, bytes)
  let rows = 0
  for await (const lines of lineBatches(bytes)) {
    rows += lines.length
    const written = plan.name === 'tenant' && writing.as ? lines.map((line) => renamed(line, writing.as!)) : lines
    await needs.database.withTenant({ tenantId }, (tx) => writeRows(tx, plan, written)).catch((error: unknown) => refused(error, part))
  }
  if (rows !== part.rows) throw new ArchiveError(part.path, 'it has another number of rows than the manifest says')
}

function renamed(line: string, { slug, trackingPrefix }: NewIdentity): string {
  return JSON.stringify({ ...(JSON.parse(line) as object), slug, tracking_prefix: trackingPrefix })
}

/** What the database does not take: an office in the way says so, anything else is told by the part. */
function refused(error: unknown, part: ArchivePart): never {
  const { code, constraint } = error as { code?: string; constraint?: string }
  if (constraint && constraint in tenantRefusals) refuseConstraints(tenantRefusals)(error)
  if (code?.startsWith('22') || code?.startsWith('23') || code?.startsWith('42')) throw new ArchiveError(part.path, `the database does not take its rows (${constraint ?? code})`)
  throw error
}

/** Reads back what was written: triggers and defaults must have left the rows as they came. */
async function compareTables(needs: ImportNeeds, done: { manifest: Manifest; tenantId: string; plans: Map<string, TablePlan> }): Promise<void> {
  await needs.database.withTenant(
    { tenantId: done.tenantId },
    async (tx) => {
      await holdStill(tx)
      for (const part of done.manifest.parts) {
        const plan = done.plans.get(part.path)
        if (!plan) continue
        const hash = createHash('sha256')
        for await (const { text } of rowLines(tx, plan)) hash.update(text)
        if (hash.digest('hex') !== part.sha256) throw new ArchiveError(part.path, 'what was written is not what it holds')
      }
    },
    { isolation: 'repeatable read', readOnly: true }
  )
}
