import type pg from 'pg'
import type { Pool } from './pool.ts'

/** What a store may do inside a transaction. It cannot commit, and it cannot change its tenant. */
export interface Tx {
  readonly tenantId: string
  query<R extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<{ rows: R[]; rowCount: number }>
}

export interface TransactionOptions {
  isolation?: 'repeatable read'
  readOnly?: boolean
}

/** The database as the application sees it: one tenant per transaction, row-level security behind it. */
export interface Database {
  /** Runs `work` in one transaction with tenant and actor set by SET LOCAL. Any error rolls everything back. */
  withTenant<T>(
    who: { tenantId: string; actorId?: string | null },
    work: (tx: Tx) => Promise<T>,
    options?: TransactionOptions
  ): Promise<T>
}

export function createDatabase(pool: Pool): Database {
  return {
    async withTenant(who, work, options = {}) {
      const client = await pool.connect()
      try {
        await client.query(beginStatement(options))
        await setTenant(client, who)
        const result = await work(narrow(client, who.tenantId))
        await client.query('commit')
        return result
      } catch (error) {
        await client.query('rollback').catch(() => undefined)
        throw error
      } finally {
        client.release()
      }
    }
  }
}

function beginStatement(options: TransactionOptions): string {
  const isolation = options.isolation ? ` isolation level ${options.isolation}` : ''
  return `begin${isolation}${options.readOnly ? ' read only' : ''}`
}

async function setTenant(client: pg.PoolClient, who: { tenantId: string; actorId?: string | null }): Promise<void> {
  await client.query(`select set_config('app.tenant_id', $1, true), set_config('app.actor_id', $2, true)`, [
    who.tenantId,
    who.actorId ?? ''
  ])
}

function narrow(client: pg.PoolClient, tenantId: string): Tx {
  return {
    tenantId,
    async query<R extends object>(text: string, values?: unknown[]) {
      const result = await client.query<R>(text, values)
      return { rows: result.rows, rowCount: result.rowCount ?? 0 }
    }
  }
}

/**
 * Runs `work` behind a savepoint: an error undoes only what `work` did and is returned, not thrown. Used when a set
 * failed and its members are tried one by one.
 */
export async function trySavepoint<T>(tx: Tx, work: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  await tx.query('savepoint one')
  try {
    const value = await work()
    await tx.query('release savepoint one')
    return { value }
  } catch (error) {
    await tx.query('rollback to savepoint one')
    return { error }
  }
}
