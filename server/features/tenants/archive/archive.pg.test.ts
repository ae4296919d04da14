import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#server/ports/new-id.ts'
import { createLocalFileStore } from '#server/ports/adapters/local-file-store.ts'
import { systemClock } from '#server/ports/clock.ts'
import { createKeyRing, type KeyRing } from '#server/ports/key-ring.ts'
import { createPool, type Pool } from '#server/postgres/pool.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { makeTestTenant, testKeys, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { fillOffice } from '#server/testing/offices/fill-office.ts'
import { sha256Of, exportTenant } from './export-tenant.ts'
import { importTenant } from './import-tenant.ts'
import { tarBlock, tarEnd, tarHeader, tarPadding } from './tar.ts'

interface Place {
  readonly database: TestDatabase
  readonly pool: Pool
  readonly needs: Parameters<typeof exportTenant>[0]
}

/** Another installation has other keys. */
const otherKeys = createKeyRing({ SECRET_KEY: Buffer.from('another key that is long enough for it').toString('base64url') })
let here: Place
let there: Place
let tenant: TestTenant
let archive: string
let counted = 0

async function makePlace(keys: KeyRing): Promise<Place> {
  const database = await createTestDatabase()
  const pool = createPool({ url: database.ownerUrl, name: 'archive', max: 2 })
  const folder = makeTestFolder('archive')
  const needs = { database: createDatabase(pool, keys), fileStore: createLocalFileStore(join(folder, 'files')), clock: systemClock, workFolder: join(folder, 'work') }
  return { database, pool, needs }
}

beforeAll(async () => {
  here = await makePlace(testKeys)
  there = await makePlace(otherKeys)
  tenant = await makeTestTenant(here.database, { slug: 'lake', trackingPrefix: 'LAK', hosts: ['lake.example'] })
  await makeTestTenant(here.database, { slug: 'neighbour', trackingPrefix: 'NEI' })
  await fillOffice(here.database, tenant, here.needs.fileStore)
  archive = join(makeTestFolder('archives'), 'lake.tar.gz')
  await exportTenant(here.needs, { tenantId: tenant.tenantId, output: createWriteStream(archive) })
})
afterAll(async () => {
  for (const place of [here, there]) {
    await place?.pool.end()
    await place?.database.drop()
  }
})

const mostBytes = 100_000_000

async function exportAgain(place: Place, tenantId: string) {
  const output = createWriteStream(join(makeTestFolder('again'), 'again.tar.gz'))
  return exportTenant(place.needs, { tenantId, output })
}

async function officesOf(place: Place): Promise<string[]> {
  return asOperator(place.database, tenant.tenantId, async (client) => (await client.query<{ slug: string }>('select slug from operator_tenants() order by 1')).rows.map(({ slug }) => slug))
}

/** The archive unpacked, changed, and packed again. */
async function damaged(change: (tar: Buffer) => Buffer): Promise<string> {
  const path = join(makeTestFolder('damaged'), `${(counted += 1)}.tar.gz`)
  await writeFile(path, gzipSync(change(gunzipSync(await readFile(archive)))))
  return path
}

/** Members with these contents, after a manifest that names them. */
async function forged(members: { path: string; content: Buffer }[], more: { promised?: number } = {}): Promise<string> {
  const parts = members.map(({ path, content }) => ({ path, bytes: more.promised ?? content.byteLength, sha256: sha256Of(content), rows: 0, columns: [] }))
  const facts = { tenantId: newId(systemClock), slug: 'forged', name: 'Forged', trackingPrefix: 'FOR' }
  const manifest = { format: 'sampark-tenant', version: 1, madeAt: new Date(0).toISOString(), tenant: facts, parts, left: {} }
  const all = [{ path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) }, ...members]
  const blocks = all.flatMap(({ path, content }) => [tarHeader({ path, bytes: content.byteLength, mtime: 0 }), content, tarPadding(content.byteLength)])
  const file = join(makeTestFolder('forged'), `${(counted += 1)}.tar.gz`)
  await writeFile(file, gzipSync(Buffer.concat([...blocks, tarEnd])))
  return file
}

function positionOf(tar: Buffer, path: string): number {
  for (let at = 0; at < tar.byteLength; at += tarBlock) if (tar.toString('latin1', at, at + path.length + 1) === `${path}\0`) return at
  throw new Error(`The archive has no ${path}.`)
}

test('everybody is refused an archive that was changed, by the name of the part, and nothing is written', async () => {
  const inPart = (path: string, offset: number, bytes: string) => (tar: Buffer) => {
    const copy = Buffer.from(tar)
    copy.write(bytes, positionOf(tar, path) + offset)
    return copy
  }
  const photo = /files\/[0-9a-f-]{36}-full(?=\0)/.exec(gunzipSync(await readFile(archive)).toString('latin1'))![0]
  const cases: [string, (tar: Buffer) => Buffer][] = [
    ['tables/person.jsonl', inPart('tables/person.jsonl', tarBlock + 40, 'X')],
    [photo, inPart(photo, tarBlock + 3, 'X')],
    ['tables/ward.jsonl', inPart('tables/ward.jsonl', 130, '1')],
    ['wards.geojson', inPart('wards.geojson', 0, 'yards.geojson')],
    ['the end', (tar) => Buffer.concat([tar.subarray(0, tar.byteLength - tarEnd.byteLength), tarHeader({ path: 'more', bytes: 0, mtime: 0 }), tarEnd])],
    ['tables/category.jsonl', (tar) => tar.subarray(0, positionOf(tar, 'tables/category.jsonl') + tarBlock + 10)]
  ]
  for (const [part, change] of cases) await expect(importTenant(there.needs, { path: await damaged(change), mostBytes }), part).rejects.toMatchObject({ name: 'ArchiveError', part })
  const cut = join(makeTestFolder('cut'), 'cut.tar.gz')
  await writeFile(cut, (await readFile(archive)).subarray(0, 900))
  await expect(importTenant(there.needs, { path: cut, mostBytes })).rejects.toMatchObject({ name: 'ArchiveError' })
  expect(await officesOf(there)).toEqual([])
})

describe('an archive made to do harm', () => {
  test.each(['../../etc/passwd', 'files/../../x-full', '/etc/passwd', 'tables/..\\x.jsonl', 'files/01920000-0000-7000-8000-000000000001-../x'])('leads nowhere: %s', async (path) => {
    const file = await forged([{ path, content: Buffer.from('x') }])
    await expect(importTenant(there.needs, { path: file, mostBytes })).rejects.toMatchObject({ name: 'ArchiveError', part: 'manifest.json' })
  })

  test('is not unpacked beyond what it promises, and may not promise more than is taken', async () => {
    const zeros = Buffer.alloc(20_000_000)
    const bomb = await forged([{ path: 'tables/tenant.jsonl', content: zeros }], { promised: 1000 })
    await expect(importTenant(there.needs, { path: bomb, mostBytes })).rejects.toMatchObject({ part: 'tables/tenant.jsonl' })
    const large = await forged([{ path: 'tables/tenant.jsonl', content: zeros }])
    await expect(importTenant(there.needs, { path: large, mostBytes: 10_000_000 })).rejects.toThrow('at most 10000000 are taken')
  })

  test('cannot name a table or column that is not an office’s, nor come without one', async () => {
    const tables = ['tables/schema_migration.jsonl', 'tables/refresh_token.jsonl', 'tables/ward.jsonl']
    for (const path of tables) await expect(importTenant(there.needs, { path: await forged([{ path, content: Buffer.from('') }]), mostBytes })).rejects.toMatchObject({ part: path === 'tables/ward.jsonl' ? 'tables/tenant.jsonl' : path })
    expect(await officesOf(there)).toEqual([])
  })
})

test('an office leaves and arrives whole: every count and every hash is equal when it is exported again', async () => {
  const first = await exportAgain(here, tenant.tenantId)
  await importTenant(there.needs, { path: archive, mostBytes })
  const second = await exportAgain(there, tenant.tenantId)
  expect(second.parts).toEqual(first.parts)
  const rows = Object.fromEntries(first.parts.map((part) => [part.path, part.rows]))
  expect(rows).toMatchObject({ 'tables/tenant.jsonl': 1, 'tables/user_account.jsonl': 4, 'tables/person.jsonl': 3, 'tables/grievance.jsonl': 2, 'tables/held_command.jsonl': 1 })
  expect(first.parts.filter(({ path }) => path.startsWith('files/'))).toHaveLength(2)
  await expect(importTenant(there.needs, { path: archive, mostBytes })).rejects.toThrow('this office is here already')
  expect(await officesOf(there)).toEqual(['lake'])
})

test('what stays behind is said, and does not travel', async () => {
  const tar = gunzipSync(await readFile(archive)).toString('latin1')
  expect(tar).not.toContain('$argon2id')
  expect(tar).not.toContain('tables/refresh_token.jsonl')
  const manifest = JSON.parse(tar.slice(tar.indexOf('{'), tar.indexOf('\0', tar.indexOf('{')))) as { left: Record<string, string> }
  expect(manifest.left).toMatchObject({ refresh_token: expect.any(String), 'user_account.password_hash': expect.any(String) })
})

test('the office that arrived is published anew for its devices, opens, and waits for nothing twice', async () => {
  const facts = await asOperator(there.database, tenant.tenantId, async (client) => {
    const { rows } = await client.query(`
      select (select status from tenant where slug = 'lake') as status,
        (select count(*)::int from sync_document where type = 'person') as people, (select count(*)::int from sync_feed where present) > 10 as feed,
        (select array_agg(distinct status) from outbox) as messages, (select count(*)::int from refresh_token) as sessions,
        (select password_hash from user_account limit 1) as password`)
    return rows[0] as object
  })
  const contacts = await asOperator(there.database, tenant.tenantId, async (client) =>
    (await client.query<{ id: string; sealed: string; phone_hash: string }>('select id, sealed, phone_hash from person_contact')).rows)
  expect(contacts.map(({ id, sealed }) => otherKeys.open(tenant.tenantId, id, sealed))).toEqual([{ phone: '+919800000001', email: null }])
  expect(contacts[0]!.phone_hash).toBe(otherKeys.hash(tenant.tenantId, '+919800000001'))
  expect(facts).toEqual({ status: 'active', people: 3, feed: true, messages: ['cancelled', 'sent'], sessions: 0, password: null })
})

test('a copy beside the first has its own id, short name and prefix, and leaves the hosts alone', async () => {
  const as = { tenantId: newId(systemClock), slug: 'lake-copy', trackingPrefix: 'LAC' }
  await expect(importTenant(here.needs, { path: archive, mostBytes, as: { ...as, slug: 'neighbour' } })).rejects.toMatchObject({ fields: [{ path: 'slug' }] })
  expect(await officesOf(here)).toEqual(['lake', 'neighbour'])
  await importTenant(here.needs, { path: archive, mostBytes, as })
  const copy = await exportAgain(here, as.tenantId)
  const original = await exportAgain(here, tenant.tenantId)
  const differing = copy.parts.filter((part, index) => part.sha256 !== original.parts[index]?.sha256).map(({ path }) => path)
  expect(differing).toEqual(['tables/tenant.jsonl', 'tables/tenant_host.jsonl'])
})
