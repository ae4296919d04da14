import { createHash } from 'node:crypto'
import { uuidv7 } from '#shared/ids.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'

/** Id and tracking number of an imported record: the same for the same office and source key, whenever it is imported. */
export function identityOf(origin: { tenantId: string; sourceKey: string; prefix: string; at: number }): {
  id: string
  number: string
} {
  const digest = createHash('sha256').update(`${origin.tenantId}\n${origin.sourceKey}`).digest()
  return {
    id: uuidv7(Math.max(0, origin.at), digest.subarray(0, 10)),
    number: makeTrackingNumber(origin.prefix, digest.subarray(10, 20))
  }
}
