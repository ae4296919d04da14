import type { Command } from '#shared/protocol/command.ts'
import type { PushReply, PushRequest, Verdict } from '#shared/protocol/push.ts'
import { receiptHash } from '#server/sync/receipt-signer.ts'
import type { World } from '../world.ts'
import { Broken, mustBeEmpty } from './compare.ts'

/** (d) Numbers are unique, no event is written twice, and every receipt that ever left the server verifies. */
export async function checkReceipts(world: World): Promise<number> {
  const { tenantId } = world.office
  const twice = await world.stage.oracle.rows(tenantId,
    `select number::text as what, count(*) from grievance_number where tenant_id = $1 and main group by number having count(*) > 1
     union all select command_id || ' ' || event, count(*) from grievance_event where tenant_id = $1 and command_id is not null group by command_id, event having count(*) > 1
     union all select command_id || ' ' || subject_id, count(*) from audit_entry where tenant_id = $1 and command_id is not null group by command_id, subject_id having count(*) > 1`, [tenantId])
  mustBeEmpty('(d) nothing is doubled', twice)
  let checked = 0
  for (const heard of world.recorder.pushes()) {
    if (heard.status !== 200) continue
    const reply = JSON.parse(heard.reply) as PushReply
    for (const command of (JSON.parse(heard.request) as PushRequest).commands) {
      checked += checkVerdict(world, reply, command)
    }
  }
  return checked
}

function checkVerdict(world: World, reply: PushReply, command: Command): number {
  const verdict = reply.verdicts.find((one) => one.id === command.id)
  if (!verdict) throw new Broken('every command gets a verdict', { command, reply })
  if (verdict.verdict === 'retry') return 0
  const { receipt } = verdict
  const batch = reply.batches.find((one) => one.id === receipt?.batch)
  const decided = (verdict.first ?? verdict.verdict) as 'applied' | 'merged' | 'rejected'
  const hash = receiptHash({ tenantId: world.office.tenantId, command, verdict: decided, code: verdict.code ?? null, receivedAt: receipt?.receivedAt ?? 0 })
  const fits = receipt?.hash === hash && batch?.hashes.includes(hash) && world.stage.signer.verify(batch.hashes, batch.signature)
  if (!fits) throw new Broken('(d) every receipt verifies', { command, verdict, batch })
  checkStored(verdict, command, decided)
  return 1
}

/** What was written comes back with the verdict, so that no device shows an outcome that it guessed. */
function checkStored(verdict: Verdict, command: Command, decided: string): void {
  const id = command.args['grievanceId'] ?? command.args['personId'] ?? command.args['householdId'] ?? command.args['issueId']
  if (decided === 'rejected' || verdict.stored.some((record) => record.document.id === id)) return
  throw new Broken('the stored state comes with the verdict', { command, verdict })
}
