import type { Platform } from '../../../platform.ts'
import type { CommandExecutor } from '../../../sync/push.ts'
import type { Announcement } from '../../../sync/announce-records.ts'
import type { PortalLists } from './grievance-pages-store.ts'

/** What the citizens' pages take from the platform and from other features. */
export type PortalModuleNeeds = Pick<
  Platform,
  'config' | 'clock' | 'newId' | 'database' | 'directory' | 'limiter' | 'log' | 'oneTime'
> & {
  readonly executor: Pick<CommandExecutor, 'execute'>
  /** Folder of the built portal: styles, script, service worker. */
  readonly builtPortal: string
  randomBytes(length: number): Uint8Array
  /** Decodes and encodes a photo anew; `full` is what is kept of it. */
  preparePhoto(bytes: Uint8Array): Promise<{ verdict: { ok: true; full: Buffer } | { ok: false } }>
  /** Keeps one photo of a report among the grievance's files. Called again after a failure: must be safe to repeat. */
  keepPhoto(photo: {
    tenantId: string
    photoId: string
    subject: { type: string; id: string }
    bytes: Uint8Array
  }): Promise<unknown>
  /** The small picture (JPEG) of a photo of this record; null while there is none. */
  smallPhoto(photo: {
    tenantId: string
    photoId: string
    subject: { type: string; id: string }
  }): Promise<Buffer | null>
  /** Tells the open streams, after a commit. */
  announce(change: Announcement): void
  /** Below the base path: where uploads begin. */
  readonly uploadPath: string
  /** A token to upload one photo that a sent report announced. `expiresAt`: ms, server clock. */
  issueUploadToken(photo: {
    tenantId: string
    photoId: string
    sha256: string
    size: number
  }): Promise<{ token: string; expiresAt: number }>
}

/** The needs together with what the pages share among themselves. */
export type PortalNeeds = PortalModuleNeeds & { readonly lists: PortalLists }
