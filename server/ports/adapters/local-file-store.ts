import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid } from '#shared/ids.ts'
import type { FileContent, FileName, FileStore } from '../file-store.ts'

const variantPattern = /^[a-z]{1,16}$/
const filePattern = /^([0-9a-f-]{36})-([a-z]{1,16})$/

/** Files under `<folder>/<tenant>/<last two hex of the id>/<id>-<variant>`, shared by all processes that see the folder. */
export function createLocalFileStore(folder: string): FileStore {
  return {
    async put(name, content) {
      await putWhole(folderOf(folder, name), pathOf(folder, name), content)
    },
    get: (name) => readFile(pathOf(folder, name)).catch(nullIfMissing),
    exists: async (name) => (await stat(pathOf(folder, name)).catch(nullIfMissing)) !== null,
    remove: (name) => rm(pathOf(folder, name), { force: true }),
    async *writtenBefore(tenantId, before) {
      const tenantFolder = join(folder, checkedId(tenantId))
      for (const part of (await readdir(tenantFolder).catch(nullIfMissing)) ?? []) {
        const names = await namesBefore(join(tenantFolder, part), tenantId, before)
        if (names.length > 0) yield names
      }
    }
  }
}

/** The last digits: the first ones of a version 7 id are the time, and would put all photos of a year into one folder. */
function folderOf(folder: string, { tenantId, id }: FileName): string {
  return join(folder, checkedId(tenantId), checkedId(id).slice(-2))
}

function pathOf(folder: string, name: FileName): string {
  if (!variantPattern.test(name.variant)) throw new Error('Not a variant of a file.')
  return join(folderOf(folder, name), `${name.id}-${name.variant}`)
}

function checkedId(id: string): string {
  if (!isUuid(id)) throw new Error('Files are named by ids only.')
  return id
}

/** Into a file beside it, to disk, then renamed over it; the folder is synced so that the name survives as well. */
async function putWhole(folder: string, path: string, content: FileContent): Promise<void> {
  await mkdir(folder, { recursive: true })
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    await writeSynced(draft, content)
    await rename(draft, path)
    await syncFolder(folder)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function writeSynced(path: string, content: FileContent): Promise<void> {
  const file = await open(path, 'wx', 0o640)
  try {
    await writeFile(file, content)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function namesBefore(folder: string, tenantId: string, before: number): Promise<FileName[]> {
  const names: FileName[] = []
  for (const entry of await readdir(folder)) {
    const written = await stat(join(folder, entry)).catch(nullIfMissing)
    if (!written || written.mtimeMs >= before) continue
    const [, id, variant] = filePattern.exec(entry) ?? []
    if (id && variant && isUuid(id)) names.push({ tenantId, id, variant })
    else if (entry.endsWith('.part')) await rm(join(folder, entry), { force: true })
  }
  return names
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
