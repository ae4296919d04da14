import type { Category } from '#shared/departments/category.ts'
import type { TenantRules } from '#shared/protocol/define-command.ts'
import type { Ward } from '#shared/territories/ward.ts'
import type { Platform } from '../../platform.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { Announcement } from '../../sync/announce-records.ts'

/** What the office's own facts take from the platform and from other features. */
export type TenantNeeds = Pick<Platform, 'database' | 'newId' | 'clock'> & {
  /** Decodes and encodes a picture anew; `thumb` is the small one (JPEG). */
  preparePhoto(bytes: Uint8Array): Promise<{ verdict: { ok: true; thumb: Buffer } | { ok: false } }>
  readonly makeSamples: MakeSamples
  /** Forgets the photos of these records; resolves to what removes their files, after the commit. */
  forgetPhotos(tx: Tx, subjectIds: readonly string[]): Promise<{ removeFiles(): Promise<void> }>
  announce(change: Announcement): void
}

/** What an office has of its own, for samples to be put into. */
export interface SampleGround {
  readonly tenantId: string
  readonly rules: TenantRules
  readonly wards: readonly Ward[]
  readonly categories: readonly Category[]
  readonly owner: { readonly id: string; readonly name: string }
}

/**
 * Makes up sample records, everything that takes time; `now` in ms, server clock. The function it resolves to writes them in the caller's
 * transaction without telling anybody, and resolves to what was made, `kind` being the table.
 */
export type MakeSamples = (ground: SampleGround, given: { grievances: number; now: number }) => Promise<(tx: Tx) => Promise<readonly { id: string; kind: string }[]>>
