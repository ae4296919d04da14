import type { SessionInfo } from '#shared/identity/session.ts'
import type { StoreOwner } from '#client/local-store/database-names.ts'

/** Whose local databases a logged-in person works with. */
export function ownerOf(info: SessionInfo): StoreOwner {
  return { tenantSlug: info.tenant.slug, userId: info.user.id, deviceId: info.deviceId }
}
