import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'

export type DevicesNeeds = Pick<Platform, 'database' | 'clock'> & {
  /** Ends every session of a device in the transaction; `tell` after its commit. Identity does it. */
  endSessionsOfDevice(tx: Tx, deviceId: string): Promise<{ tell(): Promise<void> }>
}
