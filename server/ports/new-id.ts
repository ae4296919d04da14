import { randomBytes } from 'node:crypto'
import { uuidv7 } from '#shared/ids.ts'
import type { Clock } from './clock.ts'

/** A version 7 UUID at the clock's present time. */
export function newId(clock: Clock): string {
  return uuidv7(clock.now(), randomBytes(10))
}
