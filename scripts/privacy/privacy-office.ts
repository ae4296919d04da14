import { join } from 'node:path'
import type { Config } from '#server/config.ts'
import { forgetPhotos } from '#server/features/files/forget-photos.ts'
import { reportPrivacy } from '#server/features/grievances/privacy/report-privacy.ts'
import { peoplePrivacy } from '#server/features/people/people-privacy.ts'
import type { PrivacyNeeds } from '#server/features/privacy/needs.ts'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { systemClock } from '#server/ports/clock.ts'
import { createKeyRing } from '#server/ports/key-ring.ts'
import { newId } from '#server/ports/new-id.ts'
import { createDirectory, type TenantRecord } from '#server/postgres/directory.ts'
import { createPool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { eraseTraces } from '#server/sync/erase-traces.ts'

export interface PrivacyOffice {
  readonly tenant: TenantRecord
  readonly needs: PrivacyNeeds
}

/** Opens one office for a command at the prompt, as the application and behind its wall. Phones hear of changes with their next poll. */
export async function withOffice<T>(config: Config, slug: string, work: (office: PrivacyOffice) => Promise<T>): Promise<T> {
  const pool = createPool({ url: config.APP_DATABASE_URL, name: 'privacy', max: 2 })
  const directoryPool = createPool({ url: config.DIRECTORY_DATABASE_URL, name: 'privacy directory', max: 1 })
  try {
    const tenant = await createDirectory(directoryPool).tenantOfSlug(slug)
    if (!tenant) throw new Error(`There is no office "${slug}".`)
    const fileStore = createLocalFileStore(join(config.DATA_DIR, 'files'))
    const needs: PrivacyNeeds = {
      database: createDatabase(pool, createKeyRing(config)),
      clock: systemClock,
      newId: () => newId(systemClock),
      people: peoplePrivacy,
      reports: reportPrivacy,
      eraseTraces,
      forgetPhotos: (tx, ids) => forgetPhotos(tx, fileStore, ids),
      announce: () => undefined
    }
    return await work({ tenant, needs })
  } finally {
    await Promise.all([pool.end(), directoryPool.end()])
  }
}
