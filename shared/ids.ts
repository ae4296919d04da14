import { z } from 'zod'

const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const MAX_TIME = 2 ** 48 - 1

/** An id in canonical lower case: ids are compared as text on the device, in Redis and in logs. */
export const uuidSchema = z.string().regex(UUID_PATTERN, 'Must be a UUID in lower case').meta({ format: 'uuid' })

/** True for a UUID of any version in canonical lower case. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID_PATTERN.test(value)
}

/**
 * UUID version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits, so ids sort by the time of their maker's clock.
 * `random` is 10 bytes from a cryptographic source. Throws a RangeError for another length or a time outside 48 bits.
 */
export function uuidv7(unixMs: number, random: Uint8Array): string {
  if (!Number.isInteger(unixMs) || unixMs < 0 || unixMs > MAX_TIME) throw new RangeError('unixMs must fit 48 bits')
  if (random.length !== 10) throw new RangeError('uuidv7 needs 10 random bytes')
  let hex = unixMs.toString(16).padStart(12, '0')
  for (let at = 0; at < 10; at += 1) {
    const byte = at === 0 ? 0x70 | (random[0]! & 0x0f) : at === 2 ? 0x80 | (random[2]! & 0x3f) : random[at]!
    hex += (byte < 16 ? '0' : '') + byte.toString(16)
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Milliseconds since 1970 by the clock that made the id; null when it is not a version 7 UUID. */
export function uuidTime(id: string): number | null {
  if (!isUuid(id) || id[14] !== '7') return null
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
