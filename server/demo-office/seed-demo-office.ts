import type { FileStore } from '../ports/file-store.ts'
import type { Database } from '../postgres/transaction.ts'
import { chunksOf, insertRows, rowOf } from '../postgres/insert-rows.ts'
import { sealedOfPerson } from '../features/people/people-sync.ts'
import { createUser } from '../features/identity/create-user.ts'
import { createPasswordHasher } from '../features/identity/password-hasher.ts'
import { setupSteps } from '#shared/tenants/setup.ts'
import { createTenant, type OwnerConnection } from '../features/tenants/create-tenant.ts'
import { makeDemoGrievances } from './grievances/demo-grievances.ts'
import { makeDemoOffice, type DemoOffice } from './demo-office.ts'
import { demoTenant } from './demo-tenant.ts'
import { demoPassword } from './demo-users.ts'
import { writeGrievances } from './grievances/write-grievances.ts'
import { drawDemoPhotos } from './photos/demo-photo.ts'

export interface SeedOptions {
  readonly seed: number
  readonly people: number
  readonly grievances: number
  /** The demo's present (ms). */
  readonly now: number
  /** Where the drawn photos go. */
  readonly fileStore: FileStore
  readonly log: (line: string) => void
}

interface Seeding {
  readonly database: Database
  readonly office: DemoOffice
  readonly options: SeedOptions
}

/** Rows per transaction: a long one would hide new rows of the whole cluster from every reader of the feed. */
const chunkRows = 500
/** From here on timelines are written in their short form. */
const compactFrom = 20_000

/**
 * Makes the demo office in a migrated database without any tenant, in many transactions; host names come last, so an
 * office without them was cut off. `owner` and `database` connect as the owner. Throws a sentence when there is a tenant.
 */
export async function seedDemoOffice(
  owner: OwnerConnection,
  database: Database,
  options: SeedOptions
): Promise<DemoOffice> {
  await refuseTenants(owner)
  const office = makeDemoOffice(options)
  const seeding = { database, office, options }
  await createTenant(owner, { tenantId: office.tenantId, ...demoTenant, hosts: [], demo: true })
  await writeReference(seeding)
  await writePeople(seeding)
  await writeCases(seeding)
  await database.withTenant(office, (tx) =>
    insertRows(
      tx,
      'tenant_host',
      demoTenant.hosts.map((host) => ({ host, shared: true }))
    )
  )
  await database.withTenant(office, (tx) => tx.query('update tenant set setup = $1', [{ done: setupSteps }]))
  await owner.query('analyze')
  return office
}

async function refuseTenants(owner: OwnerConnection): Promise<void> {
  const { rows } = (await owner.query(
    `select directory_tenant_of_slug('demo') is not null as demo, directory_tenant_of_host('localhost') is not null as finished, (select count(*)::int from directory_active_tenants()) as offices`
  )) as { rows: { demo: boolean; finished: boolean; offices: number }[] }
  const { demo, finished, offices } = rows[0]!
  if (demo && !finished)
    throw new Error(
      'The demo office in this database was cut off while it was made. Make the database anew and seed again.'
    )
  if (demo) throw new Error('This database holds the demo office already; nothing was changed.')
  if (offices > 0)
    throw new Error(
      'This database holds an office that is not the demo. The demo office is only made in a database of its own.'
    )
}

async function writeReference({ database, office, options }: Seeding): Promise<void> {
  const { city, departments, users } = office
  await database.withTenant(office, async (tx) => {
    await insertRows(tx, 'department', departments.departments.map(rowOf))
    const categories = departments.categories.map(({ department: _department, scene: _scene, ...category }) =>
      rowOf(category)
    )
    await insertRows(tx, 'category', categories)
    await insertRows(
      tx,
      'ward',
      city.wards.map((ward) => ({ ...rowOf(ward), source_key: `demo:${ward.number}` }))
    )
  })
  const hasher = createPasswordHasher({ running: 2, waiting: users.length })
  for (const { department, ...user } of users) {
    const departmentId = department === null ? null : (departments.idOf[department] ?? null)
    await database.withTenant(office, (tx) =>
      createUser(tx, hasher, { ...user, departmentId, password: demoPassword, demo: true })
    )
  }
  options.log(
    `${city.wards.length} wards, ${departments.departments.length} departments, ${departments.categories.length} categories, ${users.length} users`
  )
}

async function writePeople({ database, office, options }: Seeding): Promise<void> {
  const { households, persons, contacts } = office.people
  for (const [table, records] of [
    ['household', households],
    ['person', persons],
    ['person_contact', contacts]
  ] as const) {
    let written = 0
    for (const chunk of chunksOf<{ id: string }>(records, chunkRows)) {
      await database.withTenant(office, (tx) => {
        const sealed = (record: { id: string }) => (table === 'person_contact' ? tx.sealed.sealRow({ ...record }, sealedOfPerson) : record)
        return insertRows(tx, table, chunk.map((record) => rowOf(sealed(record))))
      })
      written += chunk.length
      if (written % 10_000 === 0) options.log(`${table}: ${written} of ${records.length}`)
    }
  }
  options.log(`${households.length} households, ${persons.length} people`)
}

async function writeCases({ database, office, options }: Seeding): Promise<void> {
  const { grievances: count, log, fileStore } = options
  const photos = await drawDemoPhotos(office.random.fork('photos'))
  log(`${photos.length} photos drawn`)
  const stories = makeDemoGrievances(office, { count, photos, compact: count >= compactFrom })
  const progress = (written: number) => {
    if (written % 10_000 === 0 || written === count) log(`grievances: ${written} of ${count}`)
  }
  await writeGrievances({ tenantId: office.tenantId, database, fileStore, photos, progress }, stories)
}
