import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { CommandExecutor } from '../../sync/push.ts'

export type RescueNeeds = Pick<Platform, 'config' | 'clock' | 'newId' | 'database'> & {
  readonly executor: CommandExecutor
  /** The one upload that an ended device may make. Both throw `unauthenticated`. */
  readonly surrender: {
    check(tx: Tx, token: string): Promise<{ deviceId: string; userId: string | null }>
    spend(tx: Tx, token: string): Promise<void>
  }
  /** Judges and stores a photo for its record. Once is enough: again changes nothing. Throws `AppError` for one that does not fit. */
  keepPhoto(photo: {
    tenantId: string
    photoId: string
    subject: { type: string; id: string }
    bytes: Uint8Array
    filedBy?: string | null
  }): Promise<{ state: 'ready' | 'refused' }>
}
