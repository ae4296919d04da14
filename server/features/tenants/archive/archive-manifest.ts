import { z } from 'zod'

/** The first member of an archive; it says what must follow, in order, so that reading is bounded by it. */
export const manifestPath = 'manifest.json'
/** Bytes that a manifest may have: some 400,000 parts. */
export const mostManifestBytes = 64_000_000
/** A member of a tar cannot say a larger size in plain octal digits. */
const mostPartBytes = 8_589_934_591

const tablePath = /^tables\/([a-z][a-z0-9_]{0,62})\.jsonl$/
const filePath = /^files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-([a-z]{1,16})$/
export const wardsPath = 'wards.geojson'

/** What a part is, by its path; null for a path that no archive has. Paths are never used as names of files. */
export function partOf(path: string): { table: string } | { fileId: string; variant: string } | { wards: true } | null {
  const [, table] = tablePath.exec(path) ?? []
  if (table) return { table }
  const [, fileId, variant] = filePath.exec(path) ?? []
  if (fileId && variant) return { fileId, variant }
  return path === wardsPath ? { wards: true } : null
}

const partSchema = z.strictObject({
  path: z.string().refine((path) => partOf(path) !== null, 'is no part of an archive'),
  bytes: z.int().min(0).max(mostPartBytes),
  /** Hex, of the bytes of the part. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of a table: its rows, and the columns that each row has. */
  rows: z.int().min(0).optional(),
  columns: z.array(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/)).optional()
})
export type ArchivePart = z.infer<typeof partSchema>

export const manifestSchema = z.strictObject({
  format: z.literal('sampark-tenant'),
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  tenant: z.strictObject({ tenantId: z.uuid(), slug: z.string(), name: z.string(), trackingPrefix: z.string() }),
  parts: z.array(partSchema),
  /** What stays behind, with its reason: tables, and columns as `table.column`. */
  left: z.record(z.string(), z.string())
})
export type Manifest = z.infer<typeof manifestSchema>

/** An archive that is not taken, by name of the part where that is known. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
  readonly part: string | null
  constructor(part: string | null, reason: string) {
    super(part === null ? `The archive is refused: ${reason}.` : `The archive is refused at ${part}: ${reason}.`)
    this.part = part
  }
}

/** The manifest of a text. Throws an ArchiveError for one that is broken, names a part twice, or promises more than `mostBytes`. */
export function readManifest(text: string, mostBytes: number): Manifest {
  const parsed = manifestSchema.safeParse(parseJson(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ArchiveError(manifestPath, `${issue?.path.join('.') || 'it'} ${issue?.message ?? 'is not valid'}`)
  }
  const { parts } = parsed.data
  const paths = new Set(parts.map(({ path }) => path))
  if (paths.size < parts.length) throw new ArchiveError(manifestPath, 'a part is named twice')
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  if (bytes > mostBytes) throw new ArchiveError(manifestPath, `its parts are ${bytes} bytes, and at most ${mostBytes} are taken`)
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ArchiveError(manifestPath, 'it is not valid JSON')
  }
}
