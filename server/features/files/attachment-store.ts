import type { AnnouncedPhoto, RefusalReason } from '#shared/files/upload.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { PreparedImage } from './images/prepare-image.ts'
import type { PhotoSubject } from './needs.ts'

export interface Attachment {
  readonly id: string
  readonly subject: PhotoSubject
  readonly sha256: string
  readonly size: number
  readonly state: 'expected' | 'ready' | 'refused'
  readonly reason: RefusalReason | null
  readonly filedBy: string | null
  readonly contentType: string | null
  readonly readyAt: string | null
}

/** A photo announced for a record, and by whom; null for citizens and the system. */
export interface ExpectedPhoto extends AnnouncedPhoto {
  readonly subject: PhotoSubject
  readonly filedBy: string | null
}

/** Announces photos. One that is known already stays as it is. `now` in ms, server clock. */
export async function expectPhotos(tx: Tx, photos: readonly ExpectedPhoto[], now: number): Promise<void> {
  if (photos.length === 0) return
  const rows = photos.map(({ subject, filedBy, ...photo }) => ({
    ...photo,
    subject_type: subject.type,
    subject_id: subject.id,
    filed_by: filedBy
  }))
  await tx.query(
    `insert into attachment (tenant_id, id, subject_type, subject_id, sha256, size, filed_by, created_at)
     select $1, r.id, r.subject_type, r.subject_id, r.sha256, r.size, r.filed_by, $3
     from jsonb_populate_recordset(null::attachment, $2) r
     on conflict (tenant_id, id) do nothing`,
    [tx.tenantId, JSON.stringify(rows), new Date(now).toISOString()]
  )
}

/** The attachment, or null. `lock` keeps others from settling it until the transaction ends. */
export async function findAttachment(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<Attachment | null> {
  const { rows } = await tx.query<Attachment>(
    `select id, json_build_object('type', subject_type, 'id', subject_id) as subject, sha256, size, state, reason,
       filed_by as "filedBy", content_type as "contentType", ready_at as "readyAt"
     from attachment where tenant_id = $1 and id = $2 ${options.lock ? 'for update' : ''}`,
    [tx.tenantId, id]
  )
  return rows[0] ?? null
}

/** `now` in ms, server clock. */
export async function markReady(tx: Tx, photo: { id: string; image: PreparedImage; now: number }): Promise<void> {
  const { id, image, now } = photo
  await tx.query(
    `update attachment set state = 'ready', reason = null, content_type = $3, width = $4, height = $5, bytes = $6,
       storage_key = id::text, ready_at = $7 where tenant_id = $1 and id = $2`,
    [tx.tenantId, id, image.contentType, image.width, image.height, image.full.byteLength, new Date(now).toISOString()]
  )
}

export async function markRefused(tx: Tx, id: string, reason: RefusalReason): Promise<void> {
  await tx.query(`update attachment set state = 'refused', reason = $3 where tenant_id = $1 and id = $2`, [
    tx.tenantId,
    id,
    reason
  ])
}

/** Those of `ids` that are ready. */
export async function readyIds(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from attachment where tenant_id = $1 and id = any ($2) and state = 'ready'`,
    [tx.tenantId, ids]
  )
  return new Set(rows.map((row) => row.id))
}
