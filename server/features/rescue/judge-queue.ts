import { AppError, errorCodes } from '#shared/errors.ts'
import { announcedPhotoSchema } from '#shared/files/upload.ts'
import type { Actor } from '#shared/identity/actor.ts'
import type { QueueDetail } from '#shared/rescue/quarantined-queue.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { acceptedKeys } from '../../ports/derive-key.ts'
import type { TenantRecord } from '../../postgres/directory.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { authorOf } from '../../sync/author-of.ts'
import type { RescueNeeds } from './needs.ts'
import { openRescueFile, type OpenedRescueFile } from './open-rescue-file.ts'
import { closeQueue, decidedOf, findQueue } from './queue-store.ts'

export interface Judgement {
  queueId: string
  tenant: TenantRecord
  /** Who decides; what is accepted is done as its author, with the author's rights of now. */
  judge: Actor
  requestId: string
  decision: 'accept' | 'refuse'
  /** All of them where not given. */
  commandIds: readonly string[] | undefined
  reason: string
}

const batchSize = 100

/**
 * Accepts or refuses changes of a queue. Each goes through the one executor, which knows a change by its id: judging again, a
 * second copy of the file and the phone itself double nothing, and what was decided first stands. May be repeated after a
 * crash at any point; the queue closes when nothing of it is left to decide.
 */
export async function judgeQueue(needs: RescueNeeds, judgement: Judgement): Promise<QueueDetail> {
  const { tenant, judge, queueId } = judgement
  const who = { tenantId: tenant.tenantId, actorId: judge.userId }
  const kept = await needs.database.withTenant(who, (tx) => findQueue(tx, queueId))
  if (kept.sealed) {
    const file = open(needs, tenant, kept.sealed)
    await needs.database.withTenant(who, (tx) => noteJudgement(tx, needs, judgement))
    await execute(needs, judgement, file)
    await storePhotos(needs, tenant.tenantId, file)
    await needs.database.withTenant(who, async (tx) => {
      const decided = await decidedOf(tx, kept.commandIds)
      const settled = kept.commandIds.every((id) => decided.has(id) && decided.get(id)?.state !== 'waiting')
      if (settled) await closeQueue(tx, { id: queueId, by: judge.userId, now: needs.clock.now() })
    })
  }
  return needs.database.withTenant(who, (tx) => describeQueue(tx, needs, { tenant, queueId }))
}

async function execute(needs: RescueNeeds, judgement: Judgement, { header, content }: OpenedRescueFile): Promise<void> {
  const { tenantId } = judgement.tenant
  const actor = authorOf({ tenantId, userId: content.authorId, deviceId: header.deviceId })
  const chosen = content.items.map((item) => item.command).filter(({ id }) => judgement.commandIds?.includes(id) ?? true)
  const commands = chosen.sort((a, b) => a.seq - b.seq)
  for (let at = 0; at < commands.length; at += batchSize) {
    const batch = commands.slice(at, at + batchSize)
    await needs.executor.execute({ actor, commands: batch, requestId: judgement.requestId, refused: judgement.decision === 'refuse' })
  }
}

/** The photos of what is done, as far as its command announced them. One that does not fit can never be stored and is passed over; what may go well later (a virus scanner that is away) leaves the queue open. */
async function storePhotos(needs: RescueNeeds, tenantId: string, file: OpenedRescueFile): Promise<void> {
  const { content } = file
  const commands = new Map(content.items.map((item) => [item.command.id, item.command]))
  const decided = await needs.database.withTenant({ tenantId }, (tx) => decidedOf(tx, [...commands.keys()]))
  for (const [index, photo] of content.photos.entries()) {
    const state = decided.get(photo.commandId)?.state
    const announced = announcedPhotoSchema.array().safeParse(commands.get(photo.commandId)?.args['photos'])
    const isAnnounced = announced.success && announced.data.some(({ id, sha256 }) => id === photo.id && sha256 === photo.sha256)
    if ((state !== 'applied' && state !== 'merged') || !isAnnounced) continue
    const subject = { type: photo.subjectType, id: photo.subjectId }
    const stored = needs.keepPhoto({ tenantId, photoId: photo.id, subject, bytes: file.photo(index), filedBy: content.authorId })
    await stored.catch((error: unknown) => {
      if (!(error instanceof AppError) || errorCodes[error.code].retryable) throw error
    })
  }
}

/** A queue with its changes and what became of each. Throws `not_found`. */
export async function describeQueue(tx: Tx, needs: RescueNeeds, of: { tenant: TenantRecord; queueId: string }): Promise<QueueDetail> {
  const kept = await findQueue(tx, of.queueId)
  const decided = await decidedOf(tx, kept.commandIds)
  const content = kept.sealed && open(needs, of.tenant, kept.sealed).content
  return { queue: kept.queue, items: itemsOf(content, decided), damaged: content?.damaged ?? 0 }
}

/** `content`: null once the file is not kept. */
function itemsOf(content: OpenedRescueFile['content'] | null, decided: Awaited<ReturnType<typeof decidedOf>>): QueueDetail['items'] {
  if (!content) return [...decided.values()].map((one) => ({ ...one, title: null, photos: 0 }))
  return content.items.map(({ command, title }) => ({
    commandId: command.id,
    name: command.name,
    title,
    claimedAt: new Date(command.at).toISOString(),
    photos: content.photos.filter((photo) => photo.commandId === command.id).length,
    state: decided.get(command.id)?.state ?? 'open',
    code: decided.get(command.id)?.code ?? null
  }))
}

function open(needs: RescueNeeds, tenant: TenantRecord, sealed: Buffer): OpenedRescueFile {
  return openRescueFile(new Uint8Array(sealed), { secretKeys: acceptedKeys(needs.config), tenantId: tenant.tenantId, slug: tenant.slug })
}

/** Who decided what, and why: beside the audit of each change, which names its author. */
async function noteJudgement(tx: Tx, needs: RescueNeeds, judgement: Judgement): Promise<void> {
  const { judge, queueId, decision, reason, requestId } = judgement
  await recordAudit(tx, needs, {
    action: `rescue.${decision}`,
    actor: judge,
    requestId,
    subject: { type: 'quarantined_queue', id: queueId },
    after: { reason, commandIds: judgement.commandIds ?? 'all' }
  })
}
