import { rescueRefusalOf } from '#shared/rescue/rescue-refusal.ts'
import type { QueueReceipt } from '#shared/rescue/quarantined-queue.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import { bringDoor, sendRescueFile } from '#client/sync/rescue/send-rescue-file.ts'

/** `textKey` is a key of `rescue.json`. */
export type Brought = { receipt: QueueReceipt } | { textKey: string }

/** Brings a file to the office. Never rejects; bringing again is harmless. */
export async function bringFile(api: ApiClient, file: Blob): Promise<Brought> {
  try {
    return { receipt: await sendRescueFile(api, file, bringDoor) }
  } catch (error) {
    if (error instanceof OfflineError) return { textKey: 'rescue.bring.silent' }
    const why = error instanceof ApiError ? rescueRefusalOf(error.fields) : null
    return { textKey: `rescue.bring.refused.${why ?? 'other'}` }
  }
}
