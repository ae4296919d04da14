import { randomFillSync } from 'node:crypto'
import { uuidv7 } from '#shared/ids.ts'
import type { Clock } from './clock.ts'

const bytesPerId = 10
/** Random bytes drawn ahead, each used once: the call for them costs more than the bytes. */
const drawn = Buffer.alloc(400 * bytesPerId)
let used = drawn.length

/** A version 7 UUID at the clock's present time. */
export function newId(clock: Clock): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  used += bytesPerId
  return uuidv7(clock.now(), drawn.subarray(used - bytesPerId, used))
}
