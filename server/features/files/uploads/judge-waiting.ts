import { AppError } from '#shared/errors.ts'
import { findAttachment } from '../attachment-store.ts'
import type { FilesNeeds } from '../needs.ts'
import { finishUpload } from './finish-upload.ts'
import type { PartialUploads } from './partial-uploads.ts'
import { takeLease } from './upload-lease.ts'

type JudgeDeps = FilesNeeds & { readonly partials: PartialUploads }

/**
 * Judges uploads whose bytes are all here but that could not be judged: the virus scanner was away, or a process died. Their phones
 * would ask too, but may be gone. Resolves to how many were settled; ends early while the scanner still is away.
 */
export async function judgeWaiting(deps: JudgeDeps): Promise<number> {
  let settled = 0
  for (const tenantId of await deps.directory.activeTenantIds()) {
    for (const photoId of await deps.partials.list(tenantId)) {
      const outcome = await judgeOne(deps, { tenantId, photoId })
      if (outcome === 'away') return settled
      if (outcome === 'settled') settled += 1
    }
  }
  return settled
}

async function judgeOne(deps: JudgeDeps, key: { tenantId: string; photoId: string }): Promise<'settled' | 'open' | 'away'> {
  const attachment = await deps.database.withTenant(key, (tx) => findAttachment(tx, key.photoId), { readOnly: true })
  if (attachment?.state !== 'expected' || (await deps.partials.offset(key)) !== attachment.size) return 'open'
  try {
    const lease = await takeLease(deps, key)
    await lease.holdForJudging()
    await finishUpload(deps, { tenantId: key.tenantId, attachment }).finally(() => lease.release())
    return 'settled'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.code === 'unavailable' ? 'away' : error.code === 'unprocessable' ? 'settled' : 'open'
  }
}
