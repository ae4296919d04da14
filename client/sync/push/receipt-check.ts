import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { PushReply, Verdict } from '#shared/protocol/push.ts'
import { utf8 } from '#shared/utf8.ts'
import { sha256Hex } from '#client/device/sha256.ts'

const hashOfText = (text: string): Promise<string> => sha256Hex(utf8(text))

/** The hash that a receipt for this command and verdict must carry; see `shared/protocol/push.ts`. */
export async function expectedReceiptHash(tenantId: string, command: Command, verdict: Verdict): Promise<string> {
  return hashOfText(
    canonicalJson({
      tenant: tenantId,
      command: command.id,
      args: await hashOfText(canonicalJson(command.args)),
      verdict: verdict.first ?? verdict.verdict,
      code: verdict.code ?? null,
      receivedAt: verdict.receipt?.receivedAt
    })
  )
}

/**
 * Whether the verdict proves that the server took exactly what was saved here: its receipt's hash is the one computed
 * from the own copy, and stands in the signed batch it names. `retry` needs no receipt.
 */
export async function receiptFits(
  tenantId: string,
  command: Command,
  answer: { verdict: Verdict | undefined; reply: PushReply }
): Promise<boolean> {
  const { verdict, reply } = answer
  if (verdict?.verdict === 'retry') return true
  if (!verdict?.receipt) return false
  const { hash, batch } = verdict.receipt
  const signed = reply.batches.find((one) => one.id === batch)
  if (!signed?.hashes.includes(hash)) return false
  return hash === (await expectedReceiptHash(tenantId, command, verdict))
}
