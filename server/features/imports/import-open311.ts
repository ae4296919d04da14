import { areaOfPosition } from '#shared/geo/area-of-position.ts'
import type { Geometry } from '#shared/geo/geometry.ts'
import type { ImportReport } from '#shared/imports/import-report.ts'
import { readOpen311File, type ImportedRequest } from '#shared/imports/open311-file.ts'
import { insertRows } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { importRows, type ImportPlan } from './import-rows.ts'
import type { ImportNeeds, ImportOptions } from './needs.ts'
import { closingRow, requestRows } from './open311-rows.ts'

/** Promised for services that the file brings and the office has not set yet: five days of seven and a half hours. */
const newTargetMinutes = 2250

/**
 * Takes the requests of an Open311 GeoReport v2 file. Services that the office does not know become categories. A request
 * that is open here and untouched is closed when the file says so; everything else that is known stays as it is.
 * Throws an ImportFileError when the file as a whole is wrong.
 */
export function importOpen311(needs: ImportNeeds, options: ImportOptions, json: unknown): Promise<ImportReport> {
  const { tenant } = options
  const file = readOpen311File(json, { timeZone: tenant.timeZone, now: needs.clock.now() })
  return importRows(needs, options, {
    action: 'import.open311-requests',
    file,
    rowsPerTransaction: 120,
    plan: planRequests,
    async create(tx, rows) {
      const categories = await categoriesOf(needs, tx, rows)
      const wards = await wardsOf(tx)
      const written = rows.map((request) =>
        requestRows({
          request,
          tenant,
          newId: needs.newId,
          categoryId: categories.get(request.serviceCode)!,
          wardId: request.position ? (areaOfPosition([...request.position], wards)?.id ?? null) : null
        })
      )
      await insertRows(
        tx,
        'grievance',
        written.map(({ grievance }) => grievance)
      )
      await insertRows(
        tx,
        'grievance_number',
        written.map(({ number }) => number)
      )
      await insertRows(
        tx,
        'grievance_event',
        written.flatMap(({ events }) => events)
      )
      return [...categories.values(), ...written.flatMap(({ grievance, events }) => [grievance.id, ...events.map(({ id }) => id)])]
    },
    update: (tx, rows) => closeRequests(needs, tx, rows)
  })
}

async function planRequests(tx: Tx, rows: readonly ImportedRequest[]): Promise<ImportPlan<ImportedRequest>> {
  const { rows: known } = await tx.query<{ sourceKey: string; state: string }>(
    'select source_key as "sourceKey", state from grievance where tenant_id = $1 and source_key = any ($2)',
    [tx.tenantId, rows.map(({ sourceKey }) => sourceKey)]
  )
  const states = new Map(known.map(({ sourceKey, state }) => [sourceKey, state]))
  const updated = rows.filter(({ sourceKey, closed }) => closed && states.get(sourceKey) === 'submitted')
  const created = rows.filter(({ sourceKey }) => !states.has(sourceKey))
  return { created, updated, unchanged: rows.length - created.length - updated.length }
}

/** Category ids by service code; missing ones are added. */
async function categoriesOf(
  needs: ImportNeeds,
  tx: Tx,
  rows: readonly ImportedRequest[]
): Promise<Map<string, string>> {
  const services = new Map(rows.map(({ serviceCode, serviceName }) => [serviceCode, serviceName]))
  const read = async () => {
    const { rows: found } = await tx.query<{ code: string; id: string }>(
      'select code, id from category where tenant_id = $1 and code = any ($2)',
      [tx.tenantId, [...services.keys()]]
    )
    return new Map(found.map(({ code, id }) => [code, id]))
  }
  const known = await read()
  const missing = [...services].filter(([code]) => !known.has(code))
  if (missing.length === 0) return known
  const added = missing.map(([code, name]) => ({
    id: needs.newId(),
    code,
    name,
    names: {},
    icon: 'circle',
    target_minutes: newTargetMinutes,
    proof_of_fix: false,
    active: true
  }))
  await insertRows(tx, 'category', added)
  return read()
}

async function wardsOf(tx: Tx): Promise<{ id: string; geometry: Geometry }[]> {
  const { rows } = await tx.query<{ id: string; geometry: Geometry }>(
    'select id, outline as geometry from ward where tenant_id = $1',
    [tx.tenantId]
  )
  return rows
}

async function closeRequests(needs: ImportNeeds, tx: Tx, rows: readonly ImportedRequest[]): Promise<string[]> {
  const closed = rows.map((request) => ({
    source_key: request.sourceKey,
    closed_at: new Date(request.closedAt!).toISOString(),
    resolution: request.notes
  }))
  const { rows: ids } = await tx.query<{ id: string; sourceKey: string }>(
    `update grievance g set state = 'closed', closed_at = r.closed_at, resolved_at = r.closed_at, resolution = r.resolution
     from jsonb_populate_recordset(null::grievance, $2) r
     where g.tenant_id = $1 and g.source_key = r.source_key and g.state = 'submitted' returning g.id, g.source_key as "sourceKey"`,
    [tx.tenantId, JSON.stringify(closed)]
  )
  const requests = new Map(rows.map((request) => [request.sourceKey, request]))
  const events = ids.map(({ id, sourceKey }) => closingRow(requests.get(sourceKey)!, id, needs.newId()))
  await insertRows(tx, 'grievance_event', events)
  return [...ids.map(({ id }) => id), ...events.map(({ id }) => id)]
}
