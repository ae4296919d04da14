import type { RescueKey } from '#shared/rescue/rescue-key.ts'
import type { RequestContext } from '../../http/request-context.ts'
import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { Holder } from './device-end.ts'

export type DevicesNeeds = Pick<Platform, 'database' | 'clock' | 'newId'> & {
  /** Ends every session of a device in the transaction; `tell` after its commit. Identity does it. */
  endSessionsOfDevice(tx: Tx, deviceId: string): Promise<{ tell(): Promise<void> }>
  readonly refreshCookie: {
    /** Whose refresh cookie the request brings, also of a session that has ended; null without one. */
    holder(tx: Tx, context: RequestContext): Promise<Holder | null>
    /** The Set-Cookie value that removes it. */
    removal(context: RequestContext): string
  }
  /** What the devices of an office seal with. */
  rescueKeyOf(tenantId: string): RescueKey
}
