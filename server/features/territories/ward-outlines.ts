import type { Geometry } from '#shared/geo/geometry.ts'
import { roundPositions, simplifyGeometry } from '#shared/geo/simplify-geometry.ts'
import type { Tx } from '../../postgres/transaction.ts'

/** About 11 m. */
const toleranceDegrees = 0.0001
const decimals = 5
const keptTenants = 20

/** Reads the GeoJSON text of a tenant's wards. Simplifying costs more than sending, so the text is kept until a ward changes. */
export function createOutlineReader(): (tx: Tx) => Promise<string> {
  const kept = new Map<string, { stamp: string; text: string }>()
  return async (tx) => {
    const { rows } = await tx.query<{ stamp: string }>(
      `select count(*) || ':' || coalesce(sum(rev), 0) || ':' || coalesce(max(id::text), '') as stamp from ward where tenant_id = $1`,
      [tx.tenantId]
    )
    const stamp = rows[0]?.stamp ?? ''
    const known = kept.get(tx.tenantId)
    if (known?.stamp === stamp) return known.text
    if (kept.size >= keptTenants) kept.clear()
    const text = await outlinesText(tx)
    kept.set(tx.tenantId, { stamp, text })
    return text
  }
}

async function outlinesText(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ id: string; outline: Geometry }>(
    'select id, outline from ward where tenant_id = $1 order by id',
    [tx.tenantId]
  )
  const features = rows.map(({ id, outline }) => ({
    type: 'Feature',
    id,
    geometry: roundPositions(simplifyGeometry(outline, toleranceDegrees), decimals),
    properties: {}
  }))
  return JSON.stringify({ type: 'FeatureCollection', features })
}
