import type { FileStore } from '../../ports/file-store.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** Forgets what is attached to these records. The files go when the transaction has committed; what fails then is found as an orphan. */
export async function forgetPhotos(
  tx: Tx,
  fileStore: FileStore,
  subjectIds: readonly string[]
): Promise<{ count: number; removeFiles(): Promise<void> }> {
  const { rows } = await tx.query<{ id: string }>('delete from attachment where tenant_id = $1 and subject_id = any ($2) returning id', [
    tx.tenantId,
    subjectIds
  ])
  return {
    count: rows.length,
    async removeFiles() {
      for (const { id } of rows) for (const variant of ['full', 'thumb']) await fileStore.remove({ tenantId: tx.tenantId, id, variant })
    }
  }
}
