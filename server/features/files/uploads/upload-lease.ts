import { AppError } from '#shared/errors.ts'
import type { FilesNeeds } from '../needs.ts'
import type { UploadKey } from './partial-uploads.ts'

export interface UploadLease {
  /** Puts the end off, at most every 3 s. Throws `conflict` when another writer has taken over. */
  renew(): Promise<void>
  /** Puts the end off for the time that judging the photo takes. */
  holdForJudging(): Promise<void>
  release(): Promise<void>
}

/** A writer from whom no byte came for so long may be replaced: his connection is dead, or his process. */
const leaseMs = 15_000
const renewEveryMs = 3_000
const judgingMs = 90_000

/**
 * One writer per upload over all processes, as a row's lease and not as a lock: a lock would hold a database connection
 * for as long as a bad line needs. Throws `conflict` while another one writes; tus clients come again.
 */
export async function takeLease(
  deps: Pick<FilesNeeds, 'database' | 'clock' | 'newId'>,
  key: UploadKey
): Promise<UploadLease> {
  const owner = deps.newId()
  let renewedAt = deps.clock.now()
  const change = (assignments: string, condition: string, values: unknown[]) =>
    deps.database.withTenant({ tenantId: key.tenantId }, async (tx) => {
      const sql = `update attachment set ${assignments} where tenant_id = $1 and id = $2 and ${condition}`
      return (await tx.query(sql, [tx.tenantId, key.photoId, owner, ...values])).rowCount === 1
    })
  const until = (ms: number) => new Date(deps.clock.now() + ms).toISOString()
  const extend = async (ms: number) => {
    if (!(await change('upload_until = $4', 'upload_owner = $3', [until(ms)]))) throw othersTurn()
    renewedAt = deps.clock.now()
  }
  const free = `state = 'expected' and (upload_until is null or upload_until < $5)`
  if (!(await change('upload_owner = $3, upload_until = $4', free, [until(leaseMs), until(0)]))) throw othersTurn()
  return {
    async renew() {
      if (deps.clock.now() - renewedAt >= renewEveryMs) await extend(leaseMs)
    },
    holdForJudging: () => extend(judgingMs),
    async release() {
      await change('upload_owner = null, upload_until = null', 'upload_owner = $3', [])
    }
  }
}

function othersTurn(): AppError {
  return new AppError(
    'conflict',
    'This photo is being uploaded by another request. Ask for the offset and go on from there.'
  )
}
