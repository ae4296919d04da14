import type { Module } from '../module.ts'
import type { Platform } from '../platform.ts'
import type { KeyRing } from '../ports/key-ring.ts'
import type { Database, Tx } from '../postgres/transaction.ts'
import { startLoop } from './loop.ts'

const batchRows = 200
const hourMs = 3_600_000

interface SealedTable {
  table: string
  /** Column whose value the sealed text is bound to. */
  id: string
  idType: 'uuid' | 'text'
  findable: boolean
}

/** Every table with a column `sealed` of a key ring; a test holds it against the catalogue. */
export const sealedTables: readonly SealedTable[] = [
  { table: 'person_contact', id: 'id', idType: 'uuid', findable: true },
  { table: 'reporter_contact', id: 'id', idType: 'uuid', findable: true },
  { table: 'correction_request', id: 'id', idType: 'uuid', findable: false },
  { table: 'sync_issue', id: 'id', idType: 'uuid', findable: false },
  { table: 'held_command', id: 'command_id', idType: 'uuid', findable: false },
  { table: 'portal_draft', id: 'id', idType: 'text', findable: false },
  { table: 'oidc_provider', id: 'id', idType: 'uuid', findable: false }
]

/**
 * In the scheduler, at start and once an hour: seals anew with the current key what lies under another one, or in clear from
 * before there were keys. Each row names its key, so a stop in between costs nothing.
 */
export function createSealingModule(platform: Pick<Platform, 'database' | 'directory' | 'log' | 'keys'>): Module {
  const { database, directory, log, keys } = platform
  return {
    name: 'sealing',
    start: {
      scheduler: async () => {
        const loop = startLoop('seal rotation', { everyMs: hourMs, log }, async () => {
          for (const tenantId of await directory.activeTenantIds()) await rotateTenant(database, keys, tenantId)
          return false
        })
        loop.wake()
        return () => loop.stop()
      }
    }
  }
}

/** Seals one tenant's rows anew in small transactions. Resolves to how many. */
export async function rotateTenant(database: Database, keys: Pick<KeyRing, 'currentId'>, tenantId: string): Promise<number> {
  let rotated = 0
  for (const sealed of sealedTables) {
    for (;;) {
      const count = await database.withTenant({ tenantId }, (tx) => rotateBatch(tx, sealed, keys.currentId))
      rotated += count
      if (count < batchRows) break
    }
  }
  return rotated
}

async function rotateBatch(tx: Tx, { table, id, idType, findable }: SealedTable, currentId: string): Promise<number> {
  const { rows } = await tx.query<{ id: string; sealed: string }>(
    `select ${id}::text as id, sealed from ${table} where tenant_id = $1 and key_id <> $2 order by ${id} limit ${batchRows} for no key update`,
    [tx.tenantId, currentId]
  )
  if (rows.length === 0) return 0
  const fresh = rows.map((row) => {
    const value = tx.sealed.open(row.id, row.sealed) as { phone?: string | null }
    return { id: row.id, sealed: tx.sealed.seal(row.id, value), phone_hash: value.phone ? tx.sealed.phoneHash(value.phone) : null }
  })
  await tx.query(
    `update ${table} t set sealed = r.sealed${findable ? ', phone_hash = r.phone_hash' : ''}
     from jsonb_to_recordset($2) r(id ${idType}, sealed text, phone_hash text) where t.tenant_id = $1 and t.${id} = r.id`,
    [tx.tenantId, JSON.stringify(fresh)]
  )
  return rows.length
}
