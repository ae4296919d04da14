import type { Writable } from 'node:stream'
import type pg from 'pg'
import type { KeyRing } from '../ports/key-ring.ts'
import type { Pool } from './pool.ts'
import { sealedFieldsOf, type SealedFields } from './sealed-fields.ts'

/**
 * What a store may do inside a transaction. It cannot commit, and it cannot change its tenant. Statements that do not wait
 * for each other's answers may be sent together and are run in the order in which they were sent.
 */
export interface Tx {
  readonly tenantId: string
  readonly sealed: SealedFields
  query<R extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<{ rows: R[]; rowCount: number }>
}

export interface TransactionOptions {
  isolation?: 'repeatable read'
  readOnly?: boolean
  /**
   * For work whose statements find their rows by key and come again and again with the same text: each connection keeps
   * their plans, and plans them as look-ups, also while a young table has no statistics yet. Texts must be few and fixed.
   */
  keyed?: boolean
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

/** `keys`: of sealed fields; without them everything but these can be read and written. */
export function createDatabase(pool: Pool, keys: KeyRing | null = null): Database {
  return {
    async withTenant(who, work, options = {}) {
      const client = await pool.connect()
      const gather = gatherWrites(client)
      try {
        // Sent together with the first statements of `work`: a connection answers in the order in which it was asked.
        gather()
        const opened = Promise.all([client.query(beginStatement(options)), setTenant(client, who, options)])
        opened.catch(() => undefined)
        const result = await work(narrow(client, { ...options, tenantId: who.tenantId, keys, gather }))
        await opened
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

const setting = `select set_config('app.tenant_id', $1, true), set_config('app.actor_id', $2, true)`
const lookUps = `, set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`

async function setTenant(
  client: pg.PoolClient,
  who: { tenantId: string; actorId?: string | null },
  { keyed = false }: TransactionOptions
): Promise<void> {
  const text = keyed ? `${setting}${lookUps}` : setting
  await client.query({ ...(keyed ? named(text) : { text }), values: [who.tenantId, who.actorId ?? ''] })
}

const names = new Map<string, string>()

/** The statement under a name, so that the connection parses it once. */
function named(text: string): { name: string; text: string } {
  const name = names.get(text) ?? `keyed ${names.size}`
  names.set(text, name)
  return { name, text }
}

/** What is written to the connection after a call, until the running code waits for something, leaves as one packet. */
function gatherWrites(client: pg.PoolClient): () => void {
  const { stream } = (client as pg.PoolClient & { connection: { stream: Writable } }).connection
  let gathering = false
  return () => {
    if (gathering) return
    gathering = true
    stream.cork()
    process.nextTick(() => {
      gathering = false
      stream.uncork()
    })
  }
}

type Narrowing = TransactionOptions & { tenantId: string; keys: KeyRing | null; gather(): void }

function narrow(client: pg.PoolClient, { tenantId, keys, keyed = false, gather }: Narrowing): Tx {
  return {
    tenantId,
    sealed: sealedFieldsOf(tenantId, keys),
    async query<R extends object>(text: string, values?: unknown[]) {
      gather()
      const result = await client.query<R>(keyed && values ? { ...named(text), values } : { text, values })
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
