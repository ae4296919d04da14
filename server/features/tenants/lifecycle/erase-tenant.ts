import { createHash, createHmac } from 'node:crypto'
import type { Clock } from '../../../ports/clock.ts'
import type { FileStore } from '../../../ports/file-store.ts'
import { readTenantTables, type TenantTable } from '../../../postgres/tenant-tables.ts'
import type { Database } from '../../../postgres/transaction.ts'
import { holdStill } from '../archive/table-rows.ts'

export interface RemoveNeeds {
  /** Connects as the owner: the application may not remove what may only grow. */
  readonly database: Database
  readonly fileStore: FileStore
  readonly clock: Clock
}

export interface EraseNeeds extends RemoveNeeds {
  /** Signs the record. */
  readonly key: Uint8Array
}

/** What stays of an erased office: counts, and no data of anyone. Instants by the server's clock. */
export interface ErasureRecord {
  readonly tenantId: string
  readonly slug: string | null
  readonly startedAt: string
  readonly erasedAt: string
  readonly rowsBefore: Readonly<Record<string, number>>
  readonly rowsAfter: Readonly<Record<string, number>>
  readonly filesBefore: number
  readonly filesAfter: number
}

export interface SignedErasure {
  readonly record: ErasureRecord
  /** Hex, of the record's JSON. */
  readonly sha256: string
  readonly signature: string
}

/** A long transaction would hide new rows of the whole cluster from every reader of the feed. */
const rowsPerTransaction = 2_000
/** Kept: the records of erasures themselves. */
const kept = 'tenant_erasure'

/**
 * Removes every row and file of a tenant for good, in small transactions, and proves it by counting before and after. Cut off, it goes on
 * when it is called again. Throws where something cannot be removed; then the tenant's row is still there.
 */
export async function eraseTenant(needs: EraseNeeds, tenantId: string): Promise<SignedErasure> {
  const startedAt = new Date(needs.clock.now()).toISOString()
  const { slug, tables, rowsBefore } = await lookAt(needs, tenantId)
  const filesBefore = await countFiles(needs, tenantId)
  await removeTenant(needs, tenantId, tables)
  const { rowsBefore: rowsAfter } = await lookAt(needs, tenantId)
  const filesAfter = await countFiles(needs, tenantId)
  const erasedAt = new Date(needs.clock.now()).toISOString()
  const record = { tenantId, slug, startedAt, erasedAt, rowsBefore, rowsAfter, filesBefore, filesAfter }
  const left = Object.entries(rowsAfter).filter(([, rows]) => rows > 0).map(([name]) => name)
  if (left.length > 0 || filesAfter > 0) throw new Error(`Not everything could be erased: ${[...left, ...(filesAfter ? ['files'] : [])].join(', ')}.`)
  return keep(needs, record)
}

/** Removes rows and files without a record: what a broken import has written. */
export async function removeTenant(needs: RemoveNeeds, tenantId: string, known?: readonly TenantTable[]): Promise<void> {
  await removeFiles(needs, tenantId)
  await removeRows(needs, tenantId, known ?? (await lookAt(needs, tenantId)).tables)
}

async function lookAt({ database }: RemoveNeeds, tenantId: string) {
  return database.withTenant({ tenantId }, async (tx) => {
    await holdStill(tx)
    const tables = (await readTenantTables((text) => tx.query(text))).filter(({ name }) => name !== kept)
    const rowsBefore: Record<string, number> = {}
    for (const { name } of tables) {
      const { rows } = await tx.query<{ count: number }>(`select count(*) as count from "${name}" where tenant_id = $1`, [tenantId])
      rowsBefore[name] = rows[0]?.count ?? 0
    }
    const { rows } = await tx.query<{ slug: string }>('select slug from tenant where tenant_id = $1', [tenantId])
    return { slug: rows[0]?.slug ?? null, tables, rowsBefore }
  })
}

/**
 * Referring tables before referenced ones; the tenant's own row last. Removing may write elsewhere (a lost ward is noted), so whatever
 * is not empty, or could not be removed yet, has its turn again, as long as a round gets further.
 */
async function removeRows({ database }: RemoveNeeds, tenantId: string, tables: readonly TenantTable[]): Promise<void> {
  const order = [...tables].reverse().filter(({ name }) => name !== 'tenant')
  const remove = (name: string) =>
    database.withTenant({ tenantId }, async (tx) => {
      const { rowCount } = await tx.query(
        `delete from "${name}" where tenant_id = $1 and ctid = any (array(select ctid from "${name}" where tenant_id = $1 limit ${rowsPerTransaction}))`,
        [tenantId]
      )
      return rowCount
    })
  for (let removed = 1; removed > 0; ) {
    removed = 0
    for (const { name } of order) {
      for (let rows = 1; rows > 0; ) {
        rows = await remove(name).catch(zeroWhereReferredTo)
        removed += rows
      }
    }
  }
  await remove('tenant')
}

function zeroWhereReferredTo(error: { code?: string }): number {
  if (error.code === '23503') return 0
  throw error
}

async function removeFiles({ fileStore, clock }: RemoveNeeds, tenantId: string): Promise<void> {
  for await (const names of fileStore.writtenBefore(tenantId, clock.now() + 60_000)) {
    for (const name of names) await fileStore.remove(name)
  }
}

async function countFiles({ fileStore, clock }: RemoveNeeds, tenantId: string): Promise<number> {
  let files = 0
  for await (const names of fileStore.writtenBefore(tenantId, clock.now() + 60_000)) files += names.length
  return files
}

async function keep({ database, key }: EraseNeeds, record: ErasureRecord): Promise<SignedErasure> {
  const text = JSON.stringify(record)
  const sha256 = createHash('sha256').update(text).digest('hex')
  const signature = createHmac('sha256', key).update(text).digest('base64url')
  await database.withTenant({ tenantId: record.tenantId }, (tx) =>
    tx.query('insert into tenant_erasure (tenant_id, erased_at, record, sha256, signature) values ($1, $2, $3, $4, $5)', [
      record.tenantId,
      record.erasedAt,
      text,
      sha256,
      signature
    ])
  )
  return { record, sha256, signature }
}
