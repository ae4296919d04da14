import { readCategoryFile, type ImportedCategory } from '#shared/imports/category-file.ts'
import type { ImportReport } from '#shared/imports/import-report.ts'
import { minutesPerDay } from '#shared/tenants/setup.ts'
import { insertRows } from '../../postgres/insert-rows.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { importRows, type ImportPlan } from './import-rows.ts'
import type { ImportNeeds, ImportOptions } from './needs.ts'

/** Takes the categories of a spreadsheet, and departments that they name. Throws an ImportFileError when the file as a whole is wrong. */
export function importCategories(needs: ImportNeeds, options: ImportOptions, csv: string): Promise<ImportReport> {
  return importRows(needs, options, {
    action: 'import.categories',
    file: readCategoryFile(csv, { minutesPerDay: minutesPerDay(options.tenant.calendar) }),
    rowsPerTransaction: 100,
    plan: planCategories,
    async create(tx, rows) {
      const { ids, made } = await departmentsOf(needs, tx, rows)
      const categories = rows.map((row) => ({ id: needs.newId(), icon: 'circle', active: true, ...columnsOf(row, ids) }))
      await insertRows(tx, 'category', categories)
      return [...made, ...categories.map(({ id }) => id)]
    },
    async update(tx, rows) {
      const { ids, made } = await departmentsOf(needs, tx, rows)
      const { rows: written } = await tx.query<{ id: string }>(
        `update category c set name = r.name, names = r.names, "group" = r."group", department_id = r.department_id,
           target_minutes = r.target_minutes, proof_of_fix = r.proof_of_fix
         from jsonb_populate_recordset(null::category, $2) r where c.tenant_id = $1 and c.code = r.code returning c.id`,
        [tx.tenantId, JSON.stringify(rows.map((row) => columnsOf(row, ids)))]
      )
      return [...made, ...written.map(({ id }) => id)]
    }
  })
}

const keyOf = (department: string) => department.toLowerCase()

function columnsOf(row: ImportedCategory, departments: ReadonlyMap<string, string>) {
  const { sourceKey: code, name, names, group, department, targetMinutes, proofOfFix } = row
  const departmentId = department === null ? null : (departments.get(keyOf(department)) ?? null)
  return { code, name, names, group, department_id: departmentId, target_minutes: targetMinutes, proof_of_fix: proofOfFix }
}

async function planCategories(tx: Tx, rows: readonly ImportedCategory[]): Promise<ImportPlan<ImportedCategory>> {
  const { rows: known } = await tx.query<ImportedCategory>(
    `select c.code as "sourceKey", c.name, c.names, c."group", d.name as department, c.target_minutes as "targetMinutes", c.proof_of_fix as "proofOfFix"
     from category c left join department d on d.tenant_id = c.tenant_id and d.id = c.department_id where c.tenant_id = $1 and c.code = any ($2)`,
    [tx.tenantId, rows.map(({ sourceKey }) => sourceKey)]
  )
  const stored = new Map(known.map((category) => [category.sourceKey, category]))
  const isSame = (row: ImportedCategory) => {
    const there = stored.get(row.sourceKey)
    if (!there || keyOf(there.department ?? '') !== keyOf(row.department ?? '')) return false
    return there.name === row.name && there.group === row.group && there.targetMinutes === row.targetMinutes && there.proofOfFix === row.proofOfFix && (there.names['hi'] ?? '') === (row.names['hi'] ?? '')
  }
  return {
    created: rows.filter(({ sourceKey }) => !stored.has(sourceKey)),
    updated: rows.filter((row) => stored.has(row.sourceKey) && !isSame(row)),
    unchanged: rows.filter(isSame).length
  }
}

/** Department ids by name in lower case; missing ones are made, `made` are their ids. */
async function departmentsOf(needs: ImportNeeds, tx: Tx, rows: readonly ImportedCategory[]): Promise<{ ids: Map<string, string>; made: string[] }> {
  const { rows: known } = await tx.query<{ id: string; name: string }>('select id, name from department where tenant_id = $1', [tx.tenantId])
  const ids = new Map(known.map(({ id, name }) => [keyOf(name), id]))
  const missing = new Map(rows.flatMap(({ department }) => (department !== null && !ids.has(keyOf(department)) ? [[keyOf(department), department] as const] : [])))
  const added = [...missing.values()].map((name) => ({ id: needs.newId(), name, names: {}, active: true }))
  await insertRows(tx, 'department', added)
  for (const { id, name } of added) ids.set(keyOf(name), id)
  return { ids, made: added.map(({ id }) => id) }
}
