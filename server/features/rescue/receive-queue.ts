import { createHash } from 'node:crypto'
import type { QuarantinedQueue, QueueReceipt } from '#shared/rescue/quarantined-queue.ts'
import { acceptedKeys } from '../../ports/derive-key.ts'
import type { TenantRecord } from '../../postgres/directory.ts'
import type { Tx } from '../../postgres/transaction.ts'
import type { RescueNeeds } from './needs.ts'
import { openRescueFile, type OpenedRescueFile } from './open-rescue-file.ts'
import { keepQueue } from './queue-store.ts'

export interface ArrivedFile {
  tenant: TenantRecord
  bytes: Buffer<ArrayBuffer>
  source: QuarantinedQueue['source']
  uploadedBy: string | null
  /** Throws where this file may not come by this door. */
  check?(file: OpenedRescueFile): void
  /** Part of keeping it: done in the same transaction or not at all. */
  also?(tx: Tx): Promise<void>
}

/**
 * Takes a rescue file into quarantine, whole or not at all: it is confirmed only after it could be opened to its last photo and
 * its row is committed. Nothing is done with its content yet. Throws `unprocessable` or `too_large` with a sentence for a person.
 */
export async function receiveQueue(needs: RescueNeeds, arrived: ArrivedFile): Promise<QueueReceipt> {
  const { tenant, bytes } = arrived
  const file = openRescueFile(bytes, { secretKeys: acceptedKeys(needs.config), tenantId: tenant.tenantId, slug: tenant.slug })
  arrived.check?.(file)
  const { header, content } = file
  const commandIds = content.items.map((item) => item.command.id)
  const sha256 = hashOf(bytes)
  const queue = {
    id: needs.newId(),
    deviceId: header.deviceId,
    authorId: content.authorId,
    source: arrived.source,
    uploadedBy: arrived.uploadedBy,
    sha256,
    contentHash: hashOf(`${header.deviceId}\n${JSON.stringify(content)}`),
    commandIds,
    photos: content.photos.length,
    sealed: bytes,
    madeAt: header.createdAt,
    receivedAt: needs.clock.now()
  }
  const id = await needs.database.withTenant({ tenantId: tenant.tenantId, actorId: arrived.uploadedBy }, async (tx) => {
    await arrived.also?.(tx)
    return keepQueue(tx, queue)
  })
  return { id, sha256, commands: header.commands, photos: header.photos }
}

const hashOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
