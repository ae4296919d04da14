import type { Platform } from '../../platform.ts'

/** What the office's own facts take from the platform and from other features. */
export type TenantNeeds = Pick<Platform, 'database' | 'newId' | 'clock'> & {
  /** Decodes and encodes a picture anew; `thumb` is the small one (JPEG). */
  preparePhoto(bytes: Uint8Array): Promise<{ verdict: { ok: true; thumb: Buffer } | { ok: false } }>
}
