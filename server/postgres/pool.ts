import pg from 'pg'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString())
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text)

export type Pool = pg.Pool

/** SQLSTATE raised as a notice by `app_tenant_id()` when a query runs without a tenant. */
const withoutTenantNotice = 'SP001'

/**
 * A pool whose connections give up on their own: a statement after 15 s, an idle transaction after 5 s. A long open
 * writing transaction would hide new rows of the whole cluster from every reader of the feed. Statements are sent without
 * waiting for the answer to the one before.
 */
export function createPool(options: {
  url: string
  name: string
  max: number
  onQueryWithoutTenant?: () => void
  onError?: (error: Error) => void
}): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    pipeline: true,
    application_name: `sampark ${options.name}`,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 5_000,
    lock_timeout: 10_000
  })
  pool.on('connect', (client) => {
    // Also in the midst of a transaction: unheard, it would end the process.
    client.on('error', (error) => options.onError?.(error))
    client.on('notice', (notice) => {
      if (notice.code === withoutTenantNotice) options.onQueryWithoutTenant?.()
    })
  })
  pool.on('error', () => undefined) // the connection itself has told
  return pool
}
