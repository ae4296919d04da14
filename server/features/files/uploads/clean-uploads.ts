import type { Stop } from '../../../module.ts'
import { readyIds } from '../attachment-store.ts'
import type { FilesNeeds } from '../needs.ts'
import type { PartialUploads } from './partial-uploads.ts'

type CleanDeps = Pick<FilesNeeds, 'database' | 'directory' | 'clock' | 'fileStore' | 'log'> & {
  partials: PartialUploads
}

const everyMs = 60 * 60_000
const dayMs = 24 * 60 * 60_000
/** An upload that got no byte for so long is given up; its photo stays expected and can be uploaded from the start. */
const abandonedMs = 3 * dayMs
/**
 * Age of a stored file that no ready photo refers to. Long on purpose: after a restore of an older backup the newer
 * photos look like that until the devices have sent their commands again.
 */
const orphanMs = 30 * dayMs

/** Removes abandoned uploads and orphaned files. Can run in several processes and at any time. */
export async function cleanUploads(deps: CleanDeps): Promise<{ uploads: number; files: number }> {
  const now = deps.clock.now()
  const uploads = await deps.partials.removeOlder(now - abandonedMs)
  let files = 0
  for (const tenantId of await deps.directory.activeTenantIds()) {
    for await (const names of deps.fileStore.writtenBefore(tenantId, now - orphanMs)) {
      const ids = [...new Set(names.map((name) => name.id))]
      const ready = await deps.database.withTenant({ tenantId }, (tx) => readyIds(tx, ids))
      const orphans = names.filter((name) => !ready.has(name.id))
      for (const name of orphans) await deps.fileStore.remove(name)
      files += orphans.length
    }
  }
  return { uploads, files }
}

/** Cleans at once and then every hour. */
export function startCleaning(deps: CleanDeps): Stop {
  let running = Promise.resolve()
  const clean = () => {
    running = running
      .then(() => cleanUploads(deps))
      .then((removed) => deps.log.info(removed, 'uploads cleaned'))
      .catch((error: Error) => deps.log.warn({ error: error.name }, 'uploads could not be cleaned'))
  }
  clean()
  const timer = setInterval(clean, everyMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}
