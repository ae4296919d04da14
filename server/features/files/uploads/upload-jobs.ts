import { startLoop } from '../../../jobs/loop.ts'
import type { Stop } from '../../../module.ts'
import type { FilesNeeds } from '../needs.ts'
import { startCleaning } from './clean-uploads.ts'
import { judgeWaiting } from './judge-waiting.ts'
import type { PartialUploads } from './partial-uploads.ts'

const judgeEveryMs = 60_000

/** What the scheduler does about uploads: cleans, and where there is a virus scanner judges those that waited for it. */
export function startUploadJobs(deps: FilesNeeds & { readonly partials: PartialUploads }): Stop {
  const stopCleaning = startCleaning(deps)
  if (!deps.scanner) return stopCleaning
  const loop = startLoop('photos that wait for the virus scanner', { everyMs: judgeEveryMs, log: deps.log }, async () => {
    await judgeWaiting(deps)
    return false
  })
  return () => Promise.all([stopCleaning(), loop.stop()]).then(() => undefined)
}
