import type { PortalNeeds } from '../pages/needs.ts'
import { eraseOldDrafts, markKept, photosToKeep, type WaitingPhoto } from './report-draft-store.ts'

const atOnce = 3

/** Hands the photos of a report that was just sent to the grievance's files. What fails is tried again by the scheduler. */
export async function keepPhotosOf(
  needs: PortalNeeds,
  report: { tenantId: string; commandId: string | null }
): Promise<void> {
  const { tenantId, commandId } = report
  const photos = await needs.database.withTenant({ tenantId }, (tx) => photosToKeep(tx, { commandId, count: atOnce }))
  for (const photo of photos) await keepOne(needs, tenantId, photo)
}

async function keepOne(needs: PortalNeeds, tenantId: string, photo: WaitingPhoto): Promise<void> {
  const { photoId, bytes } = photo
  try {
    await needs.keepPhoto({ tenantId, photoId, bytes, subject: { type: 'grievance', id: photo.grievanceId } })
    await needs.database.withTenant({ tenantId }, (tx) => markKept(tx, photo, needs.clock.now()))
  } catch (error) {
    needs.log.warn(
      { error: (error as Error).name, grievance: photo.grievanceId },
      'a photo of a report waits to be kept'
    )
  }
}

/** One round of the scheduler over all offices: photos that still wait, then drafts older than a day. */
export async function sweepDrafts(needs: PortalNeeds): Promise<void> {
  for (const tenantId of await needs.directory.activeTenantIds()) {
    await keepPhotosOf(needs, { tenantId, commandId: null })
    await needs.database.withTenant({ tenantId }, (tx) => eraseOldDrafts(tx, needs.clock.now()))
  }
}
