import type { Log } from '../http/request-context.ts'
import type { Pool } from '../postgres/pool.ts'
import type { Database, Tx } from '../postgres/transaction.ts'
import { startLoop, type Loop } from './loop.ts'
import { postpone, settle } from './outbox-claim.ts'
import { rowColumns, type OutboxHandler, type OutboxRow, type SettledMessage } from './outbox-message.ts'

export interface ReaperOptions {
  readonly pool: Pool
  readonly database: Database
  readonly handler: OutboxHandler
  readonly log: Log
  readonly everyMs: number
  onSettled(message: SettledMessage): void
}

/**
 * Looks for messages whose worker vanished. The attempt was written before the call, so it may have left: such a message
 * becomes `unknown` for a person to judge, or goes back to the queue where a repetition does no harm.
 */
export function startReaper(options: ReaperOptions): Loop {
  return startLoop('reaper', options, async () => {
    const { rows } = await options.pool.query<{ tenantId: string }>(
      `select distinct tenant_id as "tenantId" from outbox where status = 'sending' and lease_until < now()`
    )
    for (const { tenantId } of rows) await reapTenant(options, tenantId)
    return false
  })
}

async function reapTenant(options: ReaperOptions, tenantId: string): Promise<void> {
  const afters = await options.database.withTenant({ tenantId }, async (tx) => {
    const { rows } = await tx.query<OutboxRow>(
      `select ${rowColumns} from outbox where status = 'sending' and lease_until < now() order by id limit 200 for update skip locked`
    )
    const done: (() => void)[] = []
    for (const row of rows) done.push(await reapOne(tx, options, row))
    return done
  })
  for (const after of afters) after()
  if (afters.length > 0) options.log.warn({ messages: afters.length }, 'workers vanished while sending')
}

async function reapOne(tx: Tx, options: ReaperOptions, row: OutboxRow): Promise<() => void> {
  await tx.query(
    `update outbox_attempt set ended_at = now(), outcome = 'unknown', error = 'interrupted' where message_id = $1 and attempt = $2 and outcome is null`,
    [row.id, row.attempt]
  )
  if (options.handler.mayRepeat(row.channel) && row.attempt < row.attemptLimit) {
    await postpone(tx, row, { afterMs: 0, error: 'interrupted' })
    return () => undefined
  }
  const message: SettledMessage = { ...row, status: 'unknown', error: 'interrupted' }
  await settle(tx, row, message)
  const after = await options.handler.settled(tx, message)
  return () => {
    options.onSettled(message)
    after?.()
  }
}
