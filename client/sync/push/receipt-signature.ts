import { fromBase64Url } from '#shared/base64.ts'
import type { SessionInfo } from '#shared/identity/session.ts'
import type { Receipt } from '#shared/protocol/push.ts'
import { receiptLookupSchema } from '#shared/sync-issues/sync-issue-list.ts'
import { utf8 } from '#shared/utf8.ts'
import type { ApiClient } from '#client/http/api-client.ts'

/** fits: the office has signed it. misfit: it has not, or not this. unknown: cannot be checked here and now. */
export type SignatureVerdict = 'fits' | 'misfit' | 'unknown'

/**
 * Whether the batch that a receipt stands in carries the office's Ed25519 signature, by the keys that came with the session, the present one or a former one. The
 * batch is asked for: the phone keeps only its id. Never rejects; browsers without Ed25519, no network and another key are `unknown`.
 */
export async function checkSignature(api: Pick<ApiClient, 'call'>, keys: Pick<SessionInfo, 'receiptKey' | 'formerReceiptKeys'>, of: { id: string; receipt: Receipt }): Promise<SignatureVerdict> {
  const path = `/api/v1/receipts/${of.id}`
  const known = await api.call({ method: 'GET', path, reply: receiptLookupSchema }).catch(() => null)
  const key = [keys.receiptKey, ...(keys.formerReceiptKeys ?? [])].find((one) => one !== undefined && one.keyId === known?.batch.keyId)
  if (!known || !key) return 'unknown'
  const { hashes, id, signature } = known.batch
  if (id !== of.receipt.batch || !hashes.includes(of.receipt.hash)) return 'misfit'
  const publicKey = await crypto.subtle.importKey('raw', fromBase64Url(key.publicKey), 'Ed25519', false, ['verify']).catch(() => null)
  if (!publicKey) return 'unknown'
  const signed = utf8(hashes.join('\n'))
  return (await crypto.subtle.verify('Ed25519', publicKey, fromBase64Url(signature), signed).catch(() => false)) ? 'fits' : 'misfit'
}
