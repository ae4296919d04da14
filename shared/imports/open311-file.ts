import { z } from 'zod'
import { ImportFileError, refuseRepeated, type ReadRows, type RefusedRow } from './import-report.ts'
import { readSourceTime } from './source-time.ts'

/** A service request of another system in our words; times in ms. */
export interface ImportedRequest {
  readonly row: number
  readonly sourceKey: string
  readonly serviceCode: string
  readonly serviceName: string
  readonly description: string
  readonly closed: boolean
  readonly filedAt: number
  /** Never before the filing; null while open. */
  readonly closedAt: number | null
  /** Said where the other system's times contradict each other. */
  readonly timeNote: string | null
  readonly dueAt: number | null
  readonly landmark: string | null
  readonly position: readonly [longitude: number, latitude: number] | null
  readonly notes: string | null
}

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform(
    (value) =>
      String(value ?? '')
        .trim()
        .replace(/\s+/g, ' ') || null
  )
const needed = (reason: string) => text.refine((value) => value !== null, reason).transform((value) => value ?? '')
const coordinate = (most: number) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .trim()
          .regex(/^-?\d+(\.\d+)?$/)
          .transform(Number)
      ],
      `Must be a number from -${most} to ${most}.`
    )
    .nullish()
    .refine((value) => value == null || Math.abs(value) <= most, `Must be a number from -${most} to ${most}.`)

/** Open311 GeoReport v2, GET requests. Unknown fields pass; null is the same as missing. */
const requestSchema = z.object({
  service_request_id: needed('An id is needed.').refine((value) => value.length <= 100, 'At most 100 letters.'),
  service_code: needed('A service code is needed.').refine((value) => value.length <= 60, 'At most 60 letters.'),
  service_name: text,
  status: needed('Must be open or closed.')
    .transform((value) => value.toLowerCase())
    .refine((value) => value === 'open' || value === 'closed', 'Must be open or closed.'),
  description: text.refine((value) => (value?.length ?? 0) <= 3500, 'At most 3,500 letters.'),
  status_notes: text.refine((value) => (value?.length ?? 0) <= 4000, 'At most 4,000 letters.'),
  requested_datetime: needed('A date is needed.'),
  updated_datetime: text,
  expected_datetime: text,
  address: text.refine((value) => (value?.length ?? 0) <= 300, 'At most 300 letters.'),
  lat: coordinate(90),
  long: coordinate(180),
  media_url: text
})
type SourceRequest = z.infer<typeof requestSchema>

/**
 * Reads a GeoReport v2 list of requests; times without offset are wall time of `timeZone`. `now` (ms) refuses what is
 * dated more than a day ahead. Throws an ImportFileError when it is no list.
 */
export function readOpen311File(
  json: unknown,
  { timeZone, now }: { timeZone: string; now: number }
): ReadRows<ImportedRequest> {
  if (!Array.isArray(json)) throw new ImportFileError('This is not a list of Open311 service requests.')
  const results = json.map((value: unknown, at) => readRequest(at + 1, value, { timeZone, now }))
  const { rows, refused } = refuseRepeated(
    results.flatMap((result) => ('request' in result ? [result.request] : [])),
    'service_request_id'
  )
  const broken = results.flatMap((result) => ('refused' in result ? result.refused : []))
  return { read: json.length, rows, refused: [...broken, ...refused].sort((a, b) => a.row - b.row), mended: [] }
}

function readRequest(
  row: number,
  value: unknown,
  context: { timeZone: string; now: number }
): { request: ImportedRequest } | { refused: RefusedRow[] } {
  const parsed = requestSchema.safeParse(value)
  if (!parsed.success) {
    return {
      refused: parsed.error.issues.map((issue) => ({
        row,
        field: issue.path.join('.'),
        reason: issue.path.length > 0 ? issue.message : 'This is not a service request.'
      }))
    }
  }
  const source = parsed.data
  const refused: RefusedRow[] = []
  const time = (field: 'requested_datetime' | 'updated_datetime' | 'expected_datetime') => {
    const at = source[field] === null ? null : readSourceTime(source[field], context.timeZone)
    if (at === null && source[field] !== null)
      refused.push({ row, field, reason: `"${source[field].slice(0, 40)}" is no date and time.` })
    return at
  }
  const [filedAt, updatedAt, dueAt] = [time('requested_datetime'), time('updated_datetime'), time('expected_datetime')]
  if (filedAt !== null && filedAt > context.now + 86_400_000)
    refused.push({ row, field: 'requested_datetime', reason: 'Lies in the future.' })
  if ((source.lat == null) !== (source.long == null))
    refused.push({ row, field: source.lat == null ? 'lat' : 'long', reason: 'Latitude and longitude go together.' })
  if (refused.length > 0 || filedAt === null) return { refused }
  return { request: requestOf(row, source, { filedAt, updatedAt, dueAt }) }
}

function requestOf(
  row: number,
  source: SourceRequest,
  times: { filedAt: number; updatedAt: number | null; dueAt: number | null }
): ImportedRequest {
  const { filedAt, updatedAt, dueAt } = times
  const closed = source.status === 'closed'
  const serviceName = source.service_name?.replace(/_/g, ' ') ?? source.service_code
  const isEarly = closed && updatedAt !== null && updatedAt < filedAt
  const described =
    source.description !== null && source.description.length >= 3
      ? source.description
      : `Service request: ${serviceName}`
  return {
    row,
    sourceKey: `open311:${source.service_request_id}`,
    serviceCode: source.service_code,
    serviceName: serviceName.slice(0, 120),
    closed,
    filedAt,
    dueAt,
    description: source.media_url === null ? described : `${described}\n${source.media_url.slice(0, 400)}`,
    closedAt: closed ? Math.max(filedAt, updatedAt ?? filedAt) : null,
    timeNote: isEarly ? `The other system dates its last change ${source.updated_datetime}, before the filing.` : null,
    landmark: source.address,
    position: source.lat == null || source.long == null ? null : [source.long, source.lat],
    notes: source.status_notes
  }
}
