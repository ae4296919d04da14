import { areaOfPosition } from '#shared/geo/area-of-position.ts'
import type { Geometry } from '#shared/geo/geometry.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Database, Tx } from '../../../postgres/transaction.ts'
import { tenantCache } from '../../../portal/tenant-cache.ts'

export interface PortalCategory {
  readonly id: string
  readonly name: string
  readonly names: Record<string, string>
  readonly group: string | null
  readonly code: string
}

export interface PortalWard {
  readonly id: string
  readonly number: string | null
  readonly name: string
  readonly names: Record<string, string>
}

/** What the questions of the portal offer; remembered for a short while per office. */
export interface PortalLists {
  categories(tenantId: string): Promise<PortalCategory[]>
  wards(tenantId: string): Promise<PortalWard[]>
  /** The ward that holds the position by the office's own outlines; else the ward that was chosen, if it exists; else null. */
  wardOf(
    tenantId: string,
    place: { latitude: number | null; longitude: number | null; wardId: string | null }
  ): Promise<string | null>
}

export function createPortalLists({ database, clock }: { database: Database; clock: Clock }): PortalLists {
  const read = <T>(tenantId: string, work: (tx: Tx) => Promise<T>) =>
    database.withTenant({ tenantId }, work, { readOnly: true })
  const categories = tenantCache(clock, 30_000, (tenantId) => read(tenantId, readCategories))
  const wards = tenantCache(clock, 30_000, (tenantId) => read(tenantId, readWards))
  const outlines = tenantCache(clock, 300_000, (tenantId) => read(tenantId, readOutlines))
  return {
    categories,
    wards,
    async wardOf(tenantId, { latitude, longitude, wardId }) {
      const located =
        latitude === null || longitude === null ? null : areaOfPosition([longitude, latitude], await outlines(tenantId))
      if (located) return located.id
      return (await wards(tenantId)).find(({ id }) => id === wardId)?.id ?? null
    }
  }
}

async function readCategories(tx: Tx): Promise<PortalCategory[]> {
  const { rows } = await tx.query<PortalCategory>(
    `select id, name, names, "group", code from category where tenant_id = $1 and active order by "group" nulls last, name, id`,
    [tx.tenantId]
  )
  return rows
}

async function readWards(tx: Tx): Promise<PortalWard[]> {
  const { rows } = await tx.query<PortalWard>(
    `select id, number, name, names from ward where tenant_id = $1 order by lpad(coalesce(number, ''), 12, '0'), name, id`,
    [tx.tenantId]
  )
  return rows
}

async function readOutlines(tx: Tx): Promise<{ id: string; geometry: Geometry }[]> {
  const { rows } = await tx.query<{ id: string; geometry: Geometry }>(
    'select id, outline as geometry from ward where tenant_id = $1',
    [tx.tenantId]
  )
  return rows
}
