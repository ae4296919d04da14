import { makeTrackingNumber } from '#shared/tracking-number.ts'
import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { insertRows } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { PreparedCommand, RecordedEvent } from '../../sync/registry.ts'

interface Claim extends Record<string, unknown> {
  number: string
  grievance_id: string
  main: boolean
}

/**
 * A number made on a device is final, unless another report of the tenant has it already (one in some 10^15, or a copied
 * phone), or a sample that is gone had it. Then the report is taken under a new number; the claimed one still opens it for its reporter.
 */
export async function renumberTaken(
  tx: Tx,
  batch: PreparedCommand[],
  deps: { randomBytes(length: number): Uint8Array }
): Promise<void> {
  const filings = batch.filter((entry) => entry.command.name === 'grievance.file')
  if (filings.length === 0) return
  const numbers = filings.map((entry) => (entry.args as FileGrievanceArgs).number)
  const { rows } = await tx.query<{ number: string; grievance_id: string | null }>(
    `select number, grievance_id from grievance_number where tenant_id = $1 and number = any ($2) and main
     union all select number, null from retired_number where tenant_id = $1 and number = any ($2)`,
    [tx.tenantId, numbers]
  )
  const owner = new Map(rows.map((row) => [row.number, row.grievance_id]))
  for (const entry of filings) {
    const args = entry.args as FileGrievanceArgs
    const taken = owner.has(args.number) && owner.get(args.number) !== args.grievanceId
    if (taken) args.number = makeTrackingNumber(prefixOf(args.number), deps.randomBytes(10))
    owner.set(args.number, args.grievanceId)
  }
}

const prefixOf = (number: string) => number.slice(0, number.indexOf('-'))

/** Keeps every number a new grievance answers to: its own, and the claimed one if that was taken. */
export async function keepNumbers(tx: Tx, events: readonly RecordedEvent[]): Promise<void> {
  const claims: Claim[] = events
    .filter(({ event }) => event.name === 'grievance.filed')
    .flatMap(({ event, command }) => {
      const number = String(event.data['number'])
      const claimed = String(command.args['number'])
      const own = { number, grievance_id: event.subject.id, main: true }
      return claimed === number ? [own] : [own, { number: claimed, grievance_id: event.subject.id, main: false }]
    })
  await insertRows(tx, 'grievance_number', claims)
}
