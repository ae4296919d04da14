import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid } from '#shared/ids.ts'

/** Which upload is meant: one per photo, so that a photo's bytes stand on the disk once, however often it is tried. */
export interface UploadKey {
  readonly tenantId: string
  readonly photoId: string
}

/** What has arrived of uploads that are under way. Their offset is the length of the file, so every process knows it. */
export interface PartialUploads {
  /** Begins an upload; one that is under way goes on. */
  begin(key: UploadKey): Promise<void>
  /** Bytes that have arrived; null when it was not begun. */
  offset(key: UploadKey): Promise<number | null>
  /** Appends at `offset`, chunk by chunk, to disk at the end. Stops where `chunks` fails; what was written stays. */
  append(key: UploadKey, offset: number, chunks: AsyncIterable<Uint8Array>): Promise<number>
  read(key: UploadKey): Promise<Buffer | null>
  remove(key: UploadKey): Promise<void>
  /** Uploads of the tenant that have a byte here. */
  list(tenantId: string): Promise<string[]>
  /** Removes what was not written to since `before` (ms); tells how many. */
  removeOlder(before: number): Promise<number>
}

export function createPartialUploads(folder: string): PartialUploads {
  const pathOf = ({ tenantId, photoId }: UploadKey) => {
    if (!isUuid(tenantId) || !isUuid(photoId)) throw new Error('Uploads are named by ids only.')
    return join(folder, tenantId, `${photoId}.part`)
  }
  return {
    async begin(key) {
      await mkdir(join(folder, key.tenantId), { recursive: true })
      await (await open(pathOf(key), 'a', 0o640)).close()
    },
    offset: async (key) => (await stat(pathOf(key)).catch(nullIfMissing))?.size ?? null,
    append: (key, offset, chunks) => appendTo(pathOf(key), offset, chunks),
    read: (key) => readFile(pathOf(key)).catch(nullIfMissing),
    remove: (key) => rm(pathOf(key), { force: true }),
    list: (tenantId) => listOf(join(folder, tenantId)),
    removeOlder: (before) => removeOlder(folder, before)
  }
}

async function appendTo(path: string, offset: number, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'r+')
  let position = offset
  try {
    for await (const chunk of chunks) {
      for (let written = 0; written < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position)
        written += bytesWritten
        position += bytesWritten
      }
    }
    return position
  } finally {
    await file.datasync().finally(() => file.close())
  }
}

async function listOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(nullIfMissing)) ?? []
  return names.map((name) => name.replace(/\.part$/, '')).filter(isUuid)
}

async function removeOlder(folder: string, before: number): Promise<number> {
  let removed = 0
  for (const tenant of (await readdir(folder).catch(nullIfMissing)) ?? []) {
    for (const name of (await readdir(join(folder, tenant)).catch(nullIfMissing)) ?? []) {
      const path = join(folder, tenant, name)
      const written = await stat(path).catch(nullIfMissing)
      if (!written?.isFile() || written.mtimeMs >= before) continue
      await rm(path, { force: true })
      removed += 1
    }
  }
  return removed
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
