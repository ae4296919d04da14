import { z } from 'zod'
import { areaGeometrySchema, type Geometry } from '../geo/geometry.ts'
import { repairGeometry, type GeometryRepair } from '../geo/repair-geometry.ts'
import type { PolygonProblem } from '../geo/validate-polygon.ts'
import { ImportFileError, refuseRepeated, type ReadRows, type RefusedRow } from './import-report.ts'

/** A ward as a file gives it. `sourceKey` finds it again: its number there, or its name where there are no numbers. */
export interface ImportedWard {
  readonly row: number
  readonly sourceKey: string
  readonly name: string
  readonly number: string | null
  readonly outline: Geometry
}

export interface WardFields {
  readonly nameField: string
  readonly numberField: string | null
}

const featureSchema = z.object({
  type: z.literal('Feature'),
  properties: z.record(z.string(), z.unknown()).nullable(),
  geometry: z.unknown()
})
const collectionSchema = z.object({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) })

/** Why a ward is refused, for the words of a screen. */
export const wardRefusals = ['feature', 'name', 'number', 'shape', 'self-intersection', 'open-ring', 'too-few-points', 'out-of-range', 'hole-outside', 'repeated'] as const
type WardRefusal = (typeof wardRefusals)[number]

/** Reads the wards of a GeoJSON FeatureCollection (RFC 7946). Throws an ImportFileError for another kind of file. */
export function readWardFile(json: unknown, fields: WardFields): ReadRows<ImportedWard> {
  const collection = collectionSchema.safeParse(json)
  if (!collection.success) throw new ImportFileError('This is not a GeoJSON FeatureCollection with a list of features.')
  const { features } = collection.data
  const parsed = features.map((feature) => featureSchema.safeParse(feature))
  demandField(
    parsed.flatMap((one) => (one.data?.properties ? [one.data.properties] : [])),
    fields
  )
  const results = parsed.map((feature, at) =>
    feature.success
      ? readWard(at + 1, feature.data, fields)
      : { refused: refusal({ row: at + 1, field: '', code: 'feature', reason: 'This is not a GeoJSON feature.' }) }
  )
  const sound = results.flatMap((result) => ('ward' in result ? [result.ward] : []))
  const { rows, refused } = refuseRepeated(sound, fields.numberField ?? fields.nameField)
  const repeated = refused.map((one) => refusal({ ...one, code: 'repeated' }))
  return {
    read: features.length,
    rows,
    refused: [...results.flatMap((result) => ('refused' in result ? [result.refused] : [])), ...repeated].sort(
      (a, b) => a.row - b.row
    ),
    mended: results.flatMap((result) => ('mended' in result && result.mended ? [result.mended] : []))
  }
}

type Result = { ward: ImportedWard; mended: RefusedRow | null } | { refused: RefusedRow }

function demandField(properties: readonly Record<string, unknown>[], { nameField, numberField }: WardFields): void {
  const known = new Set(properties.flatMap((one) => Object.keys(one)))
  for (const field of [nameField, numberField]) {
    if (field === null || known.has(field)) continue
    throw new ImportFileError(
      `No row has a field "${field}". Fields of this file: ${[...known].sort().join(', ') || 'none'}.`
    )
  }
}

function readWard(row: number, feature: z.infer<typeof featureSchema>, { nameField, numberField }: WardFields): Result {
  const name = wordOf(feature.properties?.[nameField])
  if (name === null || name.length > 120)
    return { refused: refusal({ row, field: nameField, code: 'name', reason: 'A name of 1 to 120 letters is needed.' }) }
  const number = numberField === null ? null : wordOf(feature.properties?.[numberField])
  if (numberField !== null && (number === null || number.length > 20))
    return { refused: refusal({ row, field: numberField, code: 'number', reason: 'A number of 1 to 20 letters is needed.' }) }
  const field = 'geometry'
  const geometry = areaGeometrySchema.safeParse(feature.geometry)
  if (!geometry.success)
    return { refused: refusal({ row, field, code: 'shape', facts: { name }, reason: `${name}: must be a Polygon or MultiPolygon of longitudes and latitudes.` }) }
  const { geometry: outline, repairs, problems } = repairGeometry(geometry.data)
  const [problem] = problems
  if (problem) return { refused: refusal({ row, field, code: problem.kind, facts: { name, ...placeOf(problem) }, reason: `${name}: ${describeProblem(problem)}` }) }
  const mended = repairs.length > 0 ? { row, field, reason: `${name}: ${repairs.map((repair) => repairWords[repair]).join(', ')}.` } : null
  return { ward: { row, sourceKey: `ward:${number ?? name}`, name, number, outline }, mended }
}

const refusal = (one: RefusedRow & { code: WardRefusal }): RefusedRow => one

/** Where in the outline, counted from 1 as people do. */
const placeOf = ({ polygon, ring, index }: PolygonProblem) => ({ polygon: polygon + 1, ring: ring + 1, position: index + 1 })

const repairWords: Record<GeometryRepair, string> = {
  'split-exclaves': 'parts written as holes became polygons of their own',
  'joined-close-points': 'points within 11 cm were joined'
}

const problemWords: Record<PolygonProblem['kind'], string> = {
  'self-intersection': 'the outline crosses itself',
  'open-ring': 'the outline does not end where it began',
  'too-few-points': 'the outline has fewer than three corners',
  'out-of-range': 'a position is not a longitude from -180 to 180 and a latitude from -90 to 90',
  'hole-outside': 'a hole lies outside its outline'
}

function describeProblem(problem: PolygonProblem): string {
  const { polygon, ring, position } = placeOf(problem)
  return `${problemWords[problem.kind]} (polygon ${polygon}, ring ${ring}, position ${position}).`
}

function wordOf(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const word = String(value).trim().replace(/\s+/g, ' ')
  return word === '' ? null : word
}
