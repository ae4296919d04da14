import { queueReceiptSchema, type QueueReceipt } from '#shared/rescue/quarantined-queue.ts'
import { sha256Hex } from '#client/device/sha256.ts'
import { refusalOf, type ApiClient } from '#client/http/api-client.ts'

/** Where a file goes. `authorization`: where it is not the session's own. */
export interface RescueDoor {
  path: string
  authorization?: string
}

export const bringDoor: RescueDoor = { path: '/api/v1/rescue-queues' }

/**
 * Sends a rescue file. Resolves only when the server holds and could open exactly these bytes. Throws `ApiError` for a refusal,
 * `OfflineError` for silence; sending again is harmless.
 */
export async function sendRescueFile(api: Pick<ApiClient, 'open'>, file: Blob, { path, authorization }: RescueDoor): Promise<QueueReceipt> {
  const headers = { 'content-type': 'application/octet-stream', ...(authorization !== undefined && { authorization }) }
  const response = await api.open(path, { method: 'POST', body: file, headers })
  if (!response.ok) throw await refusalOf(response)
  const receipt = queueReceiptSchema.parse(await response.json())
  if (receipt.sha256 !== (await sha256Hex(file))) throw new Error('The server confirmed other bytes than were sent.')
  return receipt
}
