import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseTrackingNumber } from '#shared/tracking-number.ts'
import { createPool, type Pool } from '#server/postgres/pool.ts'
import { createDirectory } from '#server/postgres/directory.ts'
import { createDatabase } from '#server/postgres/transaction.ts'
import { testRoleSecret } from '#server/testing/database-clone.ts'
import { makeTestTenant, type TestTenant } from '#server/testing/start-test-server.ts'
import { announcementChannel } from '#server/sync/announce-records.ts'
import { createTestRedis, withRedisClient, type TestRedis } from '#server/testing/test-redis.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

/** 243 wards of Bengaluru (datameet/Municipal_Spatial_Data, CC BY-SA 2.5 IN), 500 requests of San Francisco (codeforamerica/open311dashboard). */
const wardFile = '../shared/data/bengaluru-wards.geojson'
const requestFile = '../shared/data/sf-open311-requests.json'
const missing = [wardFile, requestFile].filter((file) => !existsSync(file))
const folder = mkdtempSync(join(tmpdir(), 'sampark-import-'))

let database: TestDatabase
let redis: TestRedis
let app: Pool
beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  app = createPool({ url: database.appUrl, name: 'import test', max: 2 })
})
afterAll(async () => {
  await app.end()
  await Promise.all([database.drop(), redis.drop()])
  rmSync(folder, { recursive: true, force: true })
})

interface Run {
  code: number
  text: string
  report: {
    created: number
    updated: number
    unchanged: number
    refused: { row: number; field: string; reason: string }[]
    stopped: boolean
  } | null
}

/** `npm run import -- ... --json`, as a person runs it. */
async function runImport(...args: string[]): Promise<Run> {
  const environment = {
    ...process.env,
    DATABASE_URL: database.ownerUrl,
    REDIS_URL: redis.url,
    ROLE_SECRET: testRoleSecret,
    SECRET_KEY: Buffer.from('a key for tests that is long enough').toString('base64url')
  }
  const command = ['--import', 'tsx', 'scripts/import.ts', ...args, '--json']
  const done = await promisify(execFile)(process.execPath, command, { env: environment }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error
  )
  return {
    code: done.code,
    text: done.stderr,
    report: done.stdout.startsWith('{') ? (JSON.parse(done.stdout) as Run['report']) : null
  }
}

async function read<R extends object>(tenantId: string, sql: string): Promise<R[]> {
  return createDatabase(app).withTenant({ tenantId }, async (tx) => (await tx.query<R>(sql)).rows)
}

async function count(tenantId: string, from: string): Promise<number> {
  return (await read<{ count: number }>(tenantId, `select count(*)::int from ${from}`))[0]!.count
}

function save(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe.skipIf(missing.length > 0)(
  `real data${missing.length > 0 ? ` (skipped: ${missing.join(', ')} missing)` : ''}`,
  () => {
    it('brings the 243 wards of Bengaluru in, with their parts, and a second time changes nothing', async () => {
      const { tenantId, slug } = await makeTestTenant(database)
      const args = ['wards', wardFile, '--name-field', 'KGISWardName', '--number-field', 'KGISWardNo', '--tenant', slug]
      expect((await runImport(...args)).report).toMatchObject({ created: 243, unchanged: 0, refused: [] })
      expect((await runImport(...args)).report).toMatchObject({ created: 0, updated: 0, unchanged: 243 })
      expect(await count(tenantId, 'ward')).toBe(243)
      expect(await count(tenantId, `sync_feed where collection = 'places' and present`)).toBe(243)
      expect(await count(tenantId, 'ward where rev > 1')).toBe(0)
      expect(await read(tenantId, `select name from ward where number = '1'`)).toEqual([{ name: 'Kempegowda Ward' }])
    })

    it('brings the 500 requests of San Francisco into a new office in its time zone, and a second time makes no copy', async () => {
      const args = [
        'open311-requests',
        requestFile,
        '--create-tenant',
        'San Francisco',
        '--prefix',
        'SFO',
        '--time-zone',
        'America/Los_Angeles'
      ]
      expect((await runImport(...args)).report).toMatchObject({ created: 500, refused: [] })
      expect((await runImport(...args)).report).toMatchObject({ created: 0, updated: 0, unchanged: 500 })
      const directory = createPool({ url: database.directoryUrl, name: 'import test', max: 1 })
      const tenant = (await createDirectory(directory).tenantOfSlug('san-francisco'))!
      await directory.end()
      expect(tenant.timeZone).toBe('America/Los_Angeles')
      expect(await read(tenant.tenantId, 'select state, count(*)::int from grievance group by 1 order by 1')).toEqual([
        { state: 'closed', count: 371 },
        { state: 'submitted', count: 129 }
      ])
      const [one] = await read<Record<string, string>>(
        tenant.tenantId,
        `select g.number, g.filed_at, g.closed_at, g.landmark, c.code, c.name from grievance g join category c on c.id = g.category_id where g.source_key = 'open311:909923'`
      )
      expect(one).toMatchObject({
        filed_at: '2011-06-28T12:14:00.000Z',
        closed_at: '2011-07-05T12:30:00.000Z',
        landmark: '120 MANCHESTER ST SAN FRANCISCO , CA',
        code: '033',
        name: 'Abandoned Vehicle'
      })
      expect(parseTrackingNumber(one!['number']!)).toMatchObject({ ok: true, prefix: 'SFO' })
      expect(await count(tenant.tenantId, 'grievance_event')).toBe(871)
      expect(await count(tenant.tenantId, 'grievance where closed_at < filed_at')).toBe(0)
      expect(
        await count(
          tenant.tenantId,
          `grievance g join sync_feed f on f.id = g.id and f.scope = 'unplaced' and f.present`
        )
      ).toBe(500)
    })

    it('takes nothing from a file that was cut off', async () => {
      const { tenantId, slug } = await makeTestTenant(database)
      const half = save('half.json', readFileSync(requestFile, 'utf8').slice(0, 40_000))
      const run = await runImport('open311-requests', half, '--tenant', slug)
      expect([run.code, run.report]).toEqual([1, null])
      expect(run.text).toContain('is not valid JSON, perhaps cut off')
      expect(await count(tenantId, 'grievance')).toBe(0)
    })
  }
)

describe('a file with bad rows', () => {
  let tenant: TestTenant
  beforeAll(async () => {
    tenant = await makeTestTenant(database)
  })
  const good = {
    service_request_id: 1,
    status: 'open',
    service_code: 'a',
    requested_datetime: '2024-05-01 10:00',
    lat: 0.5,
    long: 0.5
  }
  const requests = [
    good,
    { ...good, service_request_id: 2, requested_datetime: null },
    { ...good, service_request_id: 3, lat: 95 },
    good
  ]
  const square = (x: number) => [
    [
      [x, 0],
      [x + 1, 0],
      [x + 1, 1],
      [x, 1],
      [x, 0]
    ]
  ]
  const bowTie = [
    [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
      [0, 0]
    ]
  ]
  const ward = (name: string, coordinates: unknown) => ({
    type: 'Feature',
    properties: { name },
    geometry: { type: 'Polygon', coordinates }
  })
  const wards = {
    type: 'FeatureCollection',
    features: [ward('East', square(0)), ward('Knot', bowTie), ward('West', square(1))]
  }

  it('brings nothing in when bad rows stop it, and names them', async () => {
    const run = await runImport('wards', save('wards.json', wards), '--name-field', 'name', '--tenant', tenant.slug)
    expect(run.code).toBe(1)
    expect(run.report).toMatchObject({ created: 0, stopped: true, refused: [{ row: 2, field: 'geometry' }] })
    expect(run.report!.refused[0]!.reason).toContain('Knot: the outline crosses itself')
    expect(
      (await runImport('open311-requests', save('requests.json', requests), '--tenant', tenant.slug)).report
    ).toMatchObject({ created: 0, stopped: true })
    expect([
      await count(tenant.tenantId, 'ward'),
      await count(tenant.tenantId, 'grievance'),
      await count(tenant.tenantId, 'category')
    ]).toEqual([0, 0, 0])
  })

  it('only tells what it would do in a dry run', async () => {
    const run = await runImport(
      'wards',
      save('wards.json', wards),
      '--name-field',
      'name',
      '--tenant',
      tenant.slug,
      '--on-error',
      'skip',
      '--dry-run'
    )
    expect(run.report).toMatchObject({ created: 2 })
    expect(await count(tenant.tenantId, 'ward')).toBe(0)
  })

  it('brings the sound rows in when bad ones are skipped, and finds the ward of a request', async () => {
    const skip = ['--tenant', tenant.slug, '--on-error', 'skip']
    expect(await runImport('wards', save('wards.json', wards), '--name-field', 'name', ...skip)).toMatchObject({
      code: 0,
      report: { created: 2 }
    })
    const { report } = await runImport('open311-requests', save('requests.json', requests), ...skip)
    expect(report).toMatchObject({
      created: 1,
      refused: [
        { row: 2, field: 'requested_datetime' },
        { row: 3, field: 'lat' },
        { row: 4, field: 'service_request_id', reason: 'Row 1 has the same value.' }
      ]
    })
    const [grievance] = await read(
      tenant.tenantId,
      `select w.name, g.filed_at, g.state from grievance g join ward w on w.id = g.ward_id`
    )
    expect(grievance).toEqual({ name: 'East', filed_at: '2024-05-01T04:30:00.000Z', state: 'submitted' })
  })

  it('tells the open screens what it brought in, and nothing when it brought nothing', async () => {
    const { tenantId, slug } = await makeTestTenant(database)
    const run = () =>
      runImport('wards', save('told.json', wards), '--name-field', 'name', '--tenant', slug, '--on-error', 'skip')
    const told = await withRedisClient(redis.url, async (client) => {
      const heard: { tenantId: string; scopes: string[]; collections: string[] }[] = []
      client.on('pmessage', (_pattern, _channel, text: string) => void heard.push(JSON.parse(text) as (typeof heard)[number]))
      await client.psubscribe(`sampark:${client.options.db ?? 0}:${announcementChannel}`)
      await run()
      await run()
      return heard
    })
    expect(told).toMatchObject([{ tenantId, collections: ['places'] }])
  })

  it('renames a ward that has its number already, and does so once', async () => {
    const { tenantId, slug } = await makeTestTenant(database)
    const named = (name: string) => ({
      type: 'FeatureCollection',
      features: [{ ...ward(name, square(0)), properties: { name, number: 9 } }]
    })
    const run = (name: string) =>
      runImport(
        'wards',
        save('numbered.json', named(name)),
        '--name-field',
        'name',
        '--number-field',
        'number',
        '--tenant',
        slug
      )
    expect((await run('Old Town')).report).toMatchObject({ created: 1 })
    expect((await run('New Town')).report).toMatchObject({ created: 0, updated: 1 })
    expect((await run('New Town')).report).toMatchObject({ updated: 0, unchanged: 1 })
    expect(await read(tenantId, 'select name, number, rev from ward')).toEqual([
      { name: 'New Town', number: '9', rev: 2 }
    ])
  })

  it('closes what was open when a later file says so, and leaves alone what the office has taken up', async () => {
    const later = [{ ...good, status: 'closed', updated_datetime: '2024-05-03 10:00', status_notes: 'Done' }]
    const path = save('later.json', later)
    expect((await runImport('open311-requests', path, '--tenant', tenant.slug)).report).toMatchObject({
      created: 0,
      updated: 1
    })
    expect(await read(tenant.tenantId, 'select state, closed_at, resolution from grievance')).toEqual([
      { state: 'closed', closed_at: '2024-05-03T04:30:00.000Z', resolution: 'Done' }
    ])
    await read(tenant.tenantId, `update grievance set state = 'appealed'`)
    expect((await runImport('open311-requests', path, '--tenant', tenant.slug)).report).toMatchObject({
      updated: 0,
      unchanged: 1
    })
    expect(await count(tenant.tenantId, `grievance where state = 'appealed'`)).toBe(1)
  })

  it('makes no office for a file that is refused, and says what it misses', async () => {
    const make = ['--create-tenant', 'Nowhere', '--prefix', 'NOW', '--time-zone', 'Asia/Kolkata']
    expect((await runImport('open311-requests', save('requests.json', requests), ...make)).report).toMatchObject({
      stopped: true
    })
    expect(
      (await runImport('open311-requests', save('requests.json', requests), '--tenant', 'nowhere')).text
    ).toContain('There is no office "nowhere".')
    expect(
      (await runImport('wards', save('wards.json', wards), '--name-field', 'label', '--tenant', tenant.slug)).text
    ).toContain('No row has a field "label". Fields of this file: name.')
    expect(
      (await runImport('wards', save('text.json', '"text"'), '--name-field', 'name', '--tenant', tenant.slug)).text
    ).toContain('not a GeoJSON FeatureCollection')
  })
})
