import type { Tx } from '../../../postgres/transaction.ts'
import { draftLimits, reportAnswersSchema, type ReportAnswers, type ReportDraft } from './report-draft.ts'

const columns = `d.id, d.sealed, d.command_id as "commandId", d.grievance_id as "grievanceId", d.contact_id as "contactId", d.number,
  d.filed_at as "filedAt", coalesce((select json_agg(json_build_object('id', p.id, 'sha256', p.sha256, 'size', length(p.bytes)) order by p.added_at, p.id)
    from portal_draft_photo p where p.tenant_id = d.tenant_id and p.draft_id = d.id), '[]') as photos`

export type NewDraft = Pick<ReportDraft, 'id' | 'commandId' | 'grievanceId' | 'contactId' | 'number'>

export async function createDraft(tx: Tx, draft: NewDraft, nowMs: number): Promise<void> {
  await tx.query(
    `insert into portal_draft (tenant_id, id, command_id, grievance_id, contact_id, number, created_at, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tx.tenantId, draft.id, draft.commandId, draft.grievanceId, draft.contactId, draft.number, instant(nowMs), tx.sealed.seal(draft.id, {})]
  )
}

/** The draft of a cookie; null when there is none in this office, or it is older than a day (server clock). */
export async function findDraft(tx: Tx, id: string, nowMs: number): Promise<ReportDraft | null> {
  const { rows } = await tx.query<DraftRow>(
    `select ${columns} from portal_draft d where d.tenant_id = $1 and d.id = $2 and d.created_at > $3`,
    [tx.tenantId, id, instant(nowMs - draftLimits.hours * 3_600_000)]
  )
  return read(tx, rows[0])
}

/** The draft whose report a device sends from its own outbox. Knowing the command's id is enough: it tells nothing back. */
export async function findDraftOfCommand(tx: Tx, commandId: string): Promise<ReportDraft | null> {
  const { rows } = await tx.query<DraftRow>(
    `select ${columns} from portal_draft d where d.tenant_id = $1 and d.command_id = $2`,
    [tx.tenantId, commandId]
  )
  return read(tx, rows[0])
}

/** Adds answers to a draft that was not sent yet. */
export async function saveAnswers(tx: Tx, id: string, answers: ReportAnswers): Promise<void> {
  const { rows } = await tx.query<{ sealed: string }>(
    'select sealed from portal_draft where tenant_id = $1 and id = $2 and filed_at is null for update',
    [tx.tenantId, id]
  )
  if (!rows[0]) return
  const all = { ...(tx.sealed.open(id, rows[0].sealed) as ReportAnswers), ...answers }
  await tx.query('update portal_draft set sealed = $3 where tenant_id = $1 and id = $2', [tx.tenantId, id, tx.sealed.seal(id, all)])
}

/** After a refusal: what is corrected and sent again is another command, since the first one keeps its verdict. */
export async function renewCommand(tx: Tx, id: string, commandId: string): Promise<void> {
  await tx.query('update portal_draft set command_id = $3 where tenant_id = $1 and id = $2 and filed_at is null', [
    tx.tenantId,
    id,
    commandId
  ])
}

/** Resolves to false when the draft holds as many photos as it may. Locks the draft, so that two requests count right. */
export async function addPhoto(
  tx: Tx,
  draftId: string,
  photo: { id: string; sha256: string; bytes: Buffer; nowMs: number }
): Promise<boolean> {
  const { rows } = await tx.query<{ photos: number }>(
    `select (select count(*)::int from portal_draft_photo p where p.tenant_id = $1 and p.draft_id = $2) as photos
     from portal_draft where tenant_id = $1 and id = $2 and filed_at is null for update`,
    [tx.tenantId, draftId]
  )
  if (!rows[0] || rows[0].photos >= draftLimits.photos) return false
  await tx.query(
    'insert into portal_draft_photo (tenant_id, draft_id, id, sha256, bytes, added_at) values ($1, $2, $3, $4, $5, $6)',
    [tx.tenantId, draftId, photo.id, photo.sha256, photo.bytes, instant(photo.nowMs)]
  )
  return true
}

export async function removePhoto(tx: Tx, draftId: string, photoId: string): Promise<void> {
  await tx.query(
    `delete from portal_draft_photo p using portal_draft d
     where p.tenant_id = $1 and p.draft_id = $2 and p.id::text = $3 and d.tenant_id = $1 and d.id = $2 and d.filed_at is null`,
    [tx.tenantId, draftId, photoId]
  )
}

export async function photoBytes(tx: Tx, draftId: string, photoId: string): Promise<Buffer | null> {
  const { rows } = await tx.query<{ bytes: Buffer }>(
    'select bytes from portal_draft_photo where tenant_id = $1 and draft_id = $2 and id::text = $3',
    [tx.tenantId, draftId, photoId]
  )
  return rows[0]?.bytes ?? null
}

export async function markFiled(tx: Tx, commandId: string, nowMs: number): Promise<void> {
  await tx.query('update portal_draft set filed_at = coalesce(filed_at, $3) where tenant_id = $1 and command_id = $2', [
    tx.tenantId,
    commandId,
    instant(nowMs)
  ])
}

export interface WaitingPhoto {
  readonly draftId: string
  readonly grievanceId: string
  readonly photoId: string
  readonly bytes: Buffer
}

/** Photos of sent reports that are not yet among the grievance's files, oldest first. */
export async function photosToKeep(
  tx: Tx,
  limit: { commandId: string | null; count: number }
): Promise<WaitingPhoto[]> {
  const { rows } = await tx.query<WaitingPhoto>(
    `select p.draft_id as "draftId", d.grievance_id as "grievanceId", p.id as "photoId", p.bytes
     from portal_draft_photo p join portal_draft d on d.tenant_id = p.tenant_id and d.id = p.draft_id
     where p.tenant_id = $1 and p.kept_at is null and d.filed_at is not null and ($2::uuid is null or d.command_id = $2)
     order by p.added_at, p.id limit $3`,
    [tx.tenantId, limit.commandId, limit.count]
  )
  return rows
}

export async function markKept(tx: Tx, photo: Pick<WaitingPhoto, 'draftId' | 'photoId'>, nowMs: number): Promise<void> {
  await tx.query('update portal_draft_photo set kept_at = $4 where tenant_id = $1 and draft_id = $2 and id = $3', [
    tx.tenantId,
    photo.draftId,
    photo.photoId,
    instant(nowMs)
  ])
}

/** Erases drafts older than a day. One that was sent stays while a photo of it waits to be kept. */
export async function eraseOldDrafts(tx: Tx, nowMs: number): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from portal_draft d where d.tenant_id = $1 and d.created_at <= $2 and (d.filed_at is null or not exists (
       select 1 from portal_draft_photo p where p.tenant_id = d.tenant_id and p.draft_id = d.id and p.kept_at is null))`,
    [tx.tenantId, instant(nowMs - draftLimits.hours * 3_600_000)]
  )
  return rowCount
}

type DraftRow = Omit<ReportDraft, 'answers'> & { sealed: string }

function read(tx: Tx, row: DraftRow | undefined): ReportDraft | null {
  if (!row) return null
  const { sealed, ...draft } = row
  return { ...draft, answers: reportAnswersSchema.parse(tx.sealed.open(draft.id, sealed)) }
}

const instant = (ms: number): string => new Date(ms).toISOString()
