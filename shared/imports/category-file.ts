import { z } from 'zod'
import { readCsv } from './csv.ts'
import { ImportFileError, refuseRepeated, type ReadRows, type RefusedRow } from './import-report.ts'

/** A category as a spreadsheet gives it; its code finds it again. */
export interface ImportedCategory {
  readonly row: number
  /** The code. */
  readonly sourceKey: string
  readonly name: string
  readonly names: Readonly<Record<string, string>>
  readonly group: string | null
  /** Name of a department, made where there is none of that name. */
  readonly department: string | null
  /** Working minutes of the office. */
  readonly targetMinutes: number
  readonly proofOfFix: boolean
}

/** First row of the spreadsheet, in any order and case; only the name and one of the two targets are needed. */
export const categoryColumns = ['name', 'name_hi', 'code', 'group', 'department', 'target_hours', 'target_days', 'photo_of_repair'] as const
type Column = (typeof categoryColumns)[number]

/** Why a row is refused: screens have a sentence for each. */
export const categoryFaults = ['name', 'code', 'target', 'department', 'group', 'repeated'] as const

/** A spreadsheet to begin with. */
export const categoryTemplate = `name,name_hi,code,group,department,target_hours,photo_of_repair
Street light not working,स्ट्रीट लाइट बंद है,street-light,Streets,Electricity,24,yes
Garbage not collected,कचरा नहीं उठाया गया,garbage,Cleanliness,Sanitation,8,no
Water supply,पानी की आपूर्ति,water,Water,Water works,16,no
Pothole,सड़क में गड्ढा,pothole,Streets,Roads,40,yes
`

const rowSchema = z.object({
  name: z.string().min(1).max(120),
  name_hi: z.string().max(120),
  code: z.string().regex(/^[\p{L}\p{M}\p{N}._-]{1,60}$/u),
  group: z.string().max(80),
  department: z.string().max(120),
  photo_of_repair: z.string()
})

/** Working minutes that a target may have: a quarter of an hour to two years. */
const targetLimits = { least: 15, most: 300_000 } as const

/**
 * Reads categories from a spreadsheet saved as CSV. `minutesPerDay`: working minutes of an ordinary day of the office, for targets in days.
 * Throws an ImportFileError where the first row does not name the columns that are needed.
 */
export function readCategoryFile(text: string, { minutesPerDay }: { minutesPerDay: number }): ReadRows<ImportedCategory> {
  const [header = [], ...lines] = readCsv(text)
  const columns = header.map((name) => name.toLowerCase().replace(/[\s-]+/g, '_'))
  if (!columns.includes('name') || !(columns.includes('target_hours') || columns.includes('target_days'))) {
    throw new ImportFileError('The first row must name the columns: name, and target_hours or target_days.')
  }
  const results = lines.map((cells, at) => {
    const valueOf = (column: Column) => cells[columns.indexOf(column)]?.trim() ?? ''
    return readRow(at + 1, valueOf, minutesPerDay)
  })
  const sound = results.flatMap((result) => ('sourceKey' in result ? [result] : []))
  const { rows, refused } = refuseRepeated(sound, 'code')
  const repeated = refused.map((one) => ({ ...one, reason: 'repeated' }))
  const wrong = results.flatMap((result) => ('reason' in result ? [result] : []))
  return { read: lines.length, rows, refused: [...wrong, ...repeated].sort((one, other) => one.row - other.row), mended: [] }
}

function readRow(row: number, valueOf: (column: Column) => string, minutesPerDay: number): ImportedCategory | RefusedRow {
  const values = Object.fromEntries(categoryColumns.map((column) => [column, valueOf(column)])) as Record<Column, string>
  const parsed = rowSchema.safeParse({ ...values, code: values.code || codeOf(values.name) })
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'name')
    return { row, field, reason: field === 'name_hi' ? 'name' : field }
  }
  const targetMinutes = minutesOf(values, minutesPerDay)
  if (targetMinutes === null) return { row, field: values.target_hours ? 'target_hours' : 'target_days', reason: 'target' }
  const { name, name_hi, code, group, department, photo_of_repair } = parsed.data
  return {
    row, sourceKey: code, name, names: name_hi ? { hi: name_hi } : {}, group: group || null, department: department || null, targetMinutes,
    proofOfFix: /^(yes|y|true|1|हाँ|हां)$/i.test(photo_of_repair)
  }
}

function minutesOf(values: Record<Column, string>, minutesPerDay: number): number | null {
  const inHours = values.target_hours !== ''
  const given = inHours ? values.target_hours : values.target_days
  if (!/^\d{1,6}([.,]\d{1,3})?$/.test(given)) return null
  const minutes = Math.round(Number(given.replace(',', '.')) * (inHours ? 60 : minutesPerDay))
  return minutes >= targetLimits.least && minutes <= targetLimits.most ? minutes : null
}

/** Letters of any script, so that a name in Hindi gives a code too. */
function codeOf(name: string): string {
  return name.toLowerCase().split(/[^\p{L}\p{M}\p{N}]/u).filter((word) => word !== '').join('-').slice(0, 60)
}
