import { readWardFile, type ImportedWard, type WardFields } from '#shared/imports/ward-file.ts'
import type { ImportReport } from '#shared/imports/import-report.ts'
import { insertRows } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { importRows, type ImportPlan } from './import-rows.ts'
import type { ImportNeeds, ImportOptions } from './needs.ts'

/** Takes the wards of a GeoJSON file. Throws an ImportFileError when the file as a whole is wrong. */
export function importWards(
  needs: ImportNeeds,
  options: ImportOptions & WardFields,
  json: unknown
): Promise<ImportReport> {
  return importRows(needs, options, {
    action: 'import.wards',
    file: readWardFile(json, options),
    rowsPerTransaction: 100,
    plan: planWards,
    async create(tx, rows) {
      const wards = rows.map((ward) => ({ id: needs.newId(), ...columnsOf(ward) }))
      await insertRows(tx, 'ward', wards)
      return wards.map(({ id }) => id)
    },
    update: updateWards
  })
}

function columnsOf({ number, name, outline, sourceKey }: ImportedWard) {
  return { number, name, outline, source_key: sourceKey }
}

async function planWards(tx: Tx, rows: readonly ImportedWard[]): Promise<ImportPlan<ImportedWard>> {
  const { rows: known } = await tx.query<{ sourceKey: string; same: boolean }>(
    `select w.source_key as "sourceKey", (w.name, w.number, w.outline) is not distinct from (r.name, r.number, r.outline) as same
     from ward w join jsonb_populate_recordset(null::ward, $2) r using (source_key) where w.tenant_id = $1`,
    [tx.tenantId, JSON.stringify(rows.map(columnsOf))]
  )
  const same = new Map(known.map((ward) => [ward.sourceKey, ward.same]))
  return {
    created: rows.filter(({ sourceKey }) => !same.has(sourceKey)),
    updated: rows.filter(({ sourceKey }) => same.get(sourceKey) === false),
    unchanged: rows.filter(({ sourceKey }) => same.get(sourceKey) === true).length
  }
}

async function updateWards(tx: Tx, rows: readonly ImportedWard[]): Promise<string[]> {
  const { rows: written } = await tx.query<{ id: string }>(
    `update ward w set name = r.name, number = r.number, outline = r.outline
     from jsonb_populate_recordset(null::ward, $2) r where w.tenant_id = $1 and w.source_key = r.source_key returning w.id`,
    [tx.tenantId, JSON.stringify(rows.map(columnsOf))]
  )
  return written.map(({ id }) => id)
}
