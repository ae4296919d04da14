import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { AppError } from '#shared/errors.ts'
import { readTenantTables } from '../../../postgres/tenant-tables.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { manifestPath, wardsPath, type ArchivePart, type Manifest } from './archive-manifest.ts'
import type { ArchiveNeeds, ArchiveProgress } from './archive-needs.ts'
import { holdStill, rowLines } from './table-rows.ts'
import { leftBehind, planTables, sealedColumn } from './table-rules.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'
import { wardFeatures } from './ward-features.ts'

/**
 * Writes all that belongs to a tenant as one packed tar: the manifest, a part of JSON lines per table, the wards as GeoJSON and the files.
 * The rows are those of one moment. Ends `output`. Throws `not_found` when there is no such tenant.
 */
export async function exportTenant(
  needs: ArchiveNeeds,
  options: { tenantId: string; output: Writable; onProgress?: ArchiveProgress }
): Promise<Manifest> {
  await mkdir(needs.workFolder, { recursive: true })
  const folder = await mkdtemp(join(needs.workFolder, 'export-'))
  try {
    const manifest = await spoolParts(needs, options, folder)
    await pipeline(Readable.from(archiveBytes(needs, manifest, { folder, ...options })), createGzip({ level: 6 }), options.output)
    return manifest
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Reads everything once, so that the manifest can stand first. */
async function spoolParts(needs: ArchiveNeeds, { tenantId }: { tenantId: string }, folder: string): Promise<Manifest> {
  const work = async (tx: Tx) => {
    await holdStill(tx)
    const { rows } = await tx.query<Omit<Manifest['tenant'], 'tenantId'>>('select slug, name, tracking_prefix as "trackingPrefix" from tenant where tenant_id = $1', [tenantId])
    if (!rows[0]) throw new AppError('not_found', 'There is no such office.')
    const tables = await readTenantTables((text) => tx.query(text))
    const parts: ArchivePart[] = []
    for (const plan of planTables(tables)) {
      const part = await spool(folder, `tables/${plan.name}.jsonl`, rowLines(tx, plan))
      parts.push({ ...part, columns: [...plan.columns.map(({ name }) => name), ...(plan.sealed ? [sealedColumn] : [])] })
    }
    const { rows: _, ...wards } = await spool(folder, wardsPath, wardFeatures(tx))
    return { tenant: { tenantId, ...rows[0] }, left: leftBehind(tables), parts: [...parts, wards] }
  }
  const { parts, ...facts } = await needs.database.withTenant({ tenantId }, work, { isolation: 'repeatable read', readOnly: true })
  const files = await countFiles(needs, tenantId)
  return { format: 'sampark-tenant', version: 1, madeAt: new Date(needs.clock.now()).toISOString(), ...facts, parts: [...parts, ...files] }
}

async function spool(folder: string, path: string, lines: AsyncIterable<{ text: string; rows: number }>): Promise<ArchivePart & { rows: number }> {
  const hash = createHash('sha256')
  const counted = { bytes: 0, rows: 0 }
  async function* counting(): AsyncGenerator<Buffer> {
    for await (const { text, rows } of lines) {
      const chunk = Buffer.from(text)
      hash.update(chunk)
      counted.bytes += chunk.byteLength
      counted.rows += rows
      yield chunk
    }
  }
  await pipeline(Readable.from(counting()), createWriteStream(spooled(folder, path), { mode: 0o600 }))
  return { path, bytes: counted.bytes, sha256: hash.digest('hex'), rows: counted.rows }
}

function spooled(folder: string, path: string): string {
  return join(folder, path.replace('/', '-'))
}

/** Every file of the tenant's that the store has, whatever refers to it. */
async function countFiles({ fileStore, clock }: ArchiveNeeds, tenantId: string): Promise<ArchivePart[]> {
  const parts: ArchivePart[] = []
  for await (const names of fileStore.writtenBefore(tenantId, clock.now())) {
    for (const name of names) {
      const bytes = await fileStore.get(name)
      if (bytes) parts.push({ path: `files/${name.id}-${name.variant}`, bytes: bytes.byteLength, sha256: sha256Of(bytes) })
    }
  }
  return parts.sort((one, other) => (one.path < other.path ? -1 : 1))
}

async function* archiveBytes(
  { fileStore }: ArchiveNeeds,
  manifest: Manifest,
  { folder, tenantId, onProgress }: { folder: string; tenantId: string; onProgress?: ArchiveProgress }
): AsyncGenerator<Buffer> {
  const mtime = Math.floor(Date.parse(manifest.madeAt) / 1000)
  const text = Buffer.from(JSON.stringify(manifest, null, 1))
  yield* [tarHeader({ path: manifestPath, bytes: text.byteLength, mtime }), text, tarPadding(text.byteLength)]
  for (const [index, part] of manifest.parts.entries()) {
    onProgress?.(index, manifest.parts.length)
    yield tarHeader({ path: part.path, bytes: part.bytes, mtime })
    const [, id, variant] = /^files\/(.{36})-(.+)$/.exec(part.path) ?? []
    if (!id || !variant) yield* createReadStream(spooled(folder, part.path)) as AsyncIterable<Buffer>
    else {
      const bytes = await fileStore.get({ tenantId, id, variant })
      if (!bytes || sha256Of(bytes) !== part.sha256) throw new AppError('conflict', `The file ${part.path} was changed while the office was exported. Export again.`)
      yield bytes
    }
    yield tarPadding(part.bytes)
  }
  yield tarEnd
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
