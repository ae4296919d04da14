import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asOperator, awaitHorizon, beginAsOperator } from '#server/testing/office-fixture.ts'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { auditKey } from './audit-segment.ts'
import { dropOld } from './audit-module.ts'
import { recordAudit } from './record-audit.ts'
import { sealTenant } from './seal-audit.ts'
import { verifyAudit, type Finding } from './verify-audit.ts'

const key = auditKey(Buffer.from('a key for tests that is long enough').toString('base64url'))
let database: TestDatabase
let server: TestServer
let tenant: TestTenant
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const platform = () => server.system.platform
const fresh = async () => void (tenant = await makeTestTenant(database))
const operator = <R>(text: string, values: unknown[] = []) =>
  asOperator(database, tenant.tenantId, async (client) => (await client.query(text, values)).rows as R[])

async function write(count: number): Promise<void> {
  await platform().database.withTenant({ tenantId: tenant.tenantId }, async (tx) => {
    for (let made = 0; made < count; made += 1) await recordAudit(tx, platform(), { action: `test.${made}`, actor: null, after: { value: made } })
  })
}
async function seal(): Promise<number> {
  await awaitHorizon(database)
  return (await sealTenant(platform().database, key, { tenantId: tenant.tenantId, now: Date.now() })).rows
}
const verify = () => verifyAudit(platform().database, [key], { tenantId: tenant.tenantId })
const someRow = async (offset = 0) =>
  (await operator<{ id: string }>('select id from audit_entry where tenant_id = $1 order by id offset $2 limit 1', [tenant.tenantId, offset]))[0]?.id as string

describe('sealing', () => {
  beforeAll(fresh)

  test('takes every row once, in chained segments', async () => {
    await write(3)
    expect(await seal()).toBe(3)
    expect(await seal()).toBe(0)
    await write(2)
    await write(1)
    expect(await seal()).toBe(3)
    const { findings, segments, rows, open, heads } = await verify()
    expect({ findings, segments, rows, open }).toEqual({ findings: [], segments: 2, rows: 6, open: 0 })
    expect(heads).toHaveLength(1)
    expect(heads[0]).toMatchObject({ number: 2 })
  })

  test('leaves what commits late for later, and misses nothing of it', async () => {
    const slow = await beginAsOperator(database, tenant.tenantId)
    await slow.query(`insert into audit_entry (tenant_id, id, at, actor_role, action) values ($1, gen_random_uuid(), now(), 'system', 'late')`, [tenant.tenantId])
    await write(2)
    const early = await sealTenant(platform().database, key, { tenantId: tenant.tenantId, now: Date.now() })
    expect(early.rows).toBe(0)
    expect(early.oldestOpenAt).toBeGreaterThan(Date.now() - 60_000)
    await slow.query('commit')
    await slow.end()
    expect(await seal()).toBe(3)
    expect(await verify()).toMatchObject({ findings: [], open: 0 })
  })

  test('two at once seal nothing twice', async () => {
    await write(20)
    await awaitHorizon(database)
    const runs = await Promise.all([1, 2, 3].map(() => sealTenant(platform().database, key, { tenantId: tenant.tenantId, now: Date.now() })))
    expect(runs.reduce((sum, run) => sum + run.rows, 0)).toBe(20)
    expect((await verify()).findings).toEqual([])
  })
})

describe('what was done to sealed rows is found and named', () => {
  const cases: { what: string; harm: (id: string) => Promise<unknown>; finding: Partial<Finding> }[] = [
    { what: 'a changed row', harm: (id) => operator(`update audit_entry set action = 'nothing' where id = $1`, [id]), finding: { what: 'row changed' } },
    { what: 'a changed value', harm: (id) => operator(`update audit_entry set after = '{"value": 7}' where id = $1`, [id]), finding: { what: 'row changed' } },
    { what: 'another author', harm: (id) => operator('update audit_entry set actor_id = gen_random_uuid() where id = $1', [id]), finding: { what: 'row changed' } },
    { what: 'a removed row', harm: (id) => operator('delete from audit_entry where id = $1', [id]), finding: { what: 'row removed' } }
  ]
  test.each(cases)('$what', async ({ harm, finding }) => {
    await fresh()
    await write(5)
    await seal()
    const id = await someRow(2)
    await harm(id)
    expect((await verify()).findings).toEqual([{ ...finding, segment: 1, entryId: id }])
  })

  test('an inserted row, among sealed ones or dated back', async () => {
    await fresh()
    await write(3)
    await seal()
    const insert = (columns: string, values: string) =>
      operator<{ id: string }>(`insert into audit_entry (tenant_id, id, at, actor_role, action${columns}) select $1, gen_random_uuid(), now() - interval '3 days', 'owner', 'forged'${values} from audit_entry e where e.tenant_id = $1 limit 1 returning id`, [tenant.tenantId])
    const [among] = await insert(', xid, seq', ", '5'::xid8, e.seq")
    expect((await verify()).findings).toEqual([{ what: 'row inserted', segment: 1, entryId: among?.id }])
    const [back] = await insert('', '')
    await seal()
    expect((await verify()).findings).toContainEqual({ what: 'row dated back', segment: 2, entryId: back?.id })
  })

  test('a segment that was taken out, made anew or signed by another', async () => {
    await fresh()
    for (let part = 0; part < 3; part += 1) {
      await write(2)
      await seal()
    }
    const heads = (await verify()).heads
    await operator('update audit_segment set last_at = last_at + interval $$1 day$$ where tenant_id = $1 and number = 3', [tenant.tenantId])
    expect((await verify()).findings).toEqual([{ what: 'segment changed', segment: 3, entryId: null }])
    await operator('delete from audit_segment where tenant_id = $1 and number = 1', [tenant.tenantId])
    const gone = (await verify()).findings
    expect(gone).toContainEqual({ what: 'segment missing', segment: 1, entryId: null })
    expect(gone.filter(({ what }) => what === 'row inserted')).toHaveLength(2)
    await operator('delete from audit_segment where tenant_id = $1', [tenant.tenantId])
    await awaitHorizon(database)
    const other = auditKey(Buffer.from('quite another key that is long enough').toString('base64url'))
    await sealTenant(platform().database, other, { tenantId: tenant.tenantId, now: Date.now() })
    expect((await verify()).findings).toEqual([{ what: 'segment not signed by this installation', segment: 1, entryId: null }])
    expect((await verifyAudit(platform().database, [key, other], { tenantId: tenant.tenantId })).findings).toEqual([])
    const held = await verifyAudit(platform().database, [key], { tenantId: tenant.tenantId, kept: heads })
    expect(held.findings).toContainEqual({ what: 'head missing', segment: 3, entryId: null })
  })
})

test('after a restore, when transaction ids begin anew, everything is sealed once and nothing is taken for forged', async () => {
  await fresh()
  await write(3)
  await seal()
  await write(2)
  await operator(`update audit_entry set xid = (xid::text::bigint + 1000000)::text::xid8 where tenant_id = $1`, [tenant.tenantId])
  await operator(`update audit_segment set home = 'another cluster', until_xid = (until_xid::text::bigint + 1000000)::text::xid8 where tenant_id = $1`, [tenant.tenantId])
  expect(await seal()).toBe(2)
  await write(4)
  expect(await seal()).toBe(4)
  expect(await verify()).toMatchObject({ findings: [], rows: 9, open: 0 })
})

test('retention drops whole segments that are old enough, keeps their heads, and says so', async () => {
  await fresh()
  await write(3)
  await seal()
  const later = { ...platform(), clock: { now: () => Date.now() }, config: { ...platform().config, AUDIT_KEEP_DAYS: 3_000 } }
  expect(await dropOld(later, tenant.tenantId)).toBe(0)
  await operator(`update audit_entry set at = at - interval '9 years' where tenant_id = $1`, [tenant.tenantId])
  await operator('delete from audit_segment where tenant_id = $1', [tenant.tenantId])
  await seal()
  await write(1)
  await seal()
  expect(await dropOld(later, tenant.tenantId)).toBe(3)
  const { findings, segments, rows, open } = await verify()
  expect({ findings, segments, rows, open }).toEqual({ findings: [], segments: 2, rows: 4, open: 1 })
  expect(await operator('select action, after from audit_entry where tenant_id = $1 and action = $2', [tenant.tenantId, 'audit.drop'])).toMatchObject([{ after: { rows: 3 } }])
})

test('the application may seal and drop what is old, and nothing else: no change, no removal, nothing younger than a year', async () => {
  await fresh()
  await write(1)
  await seal()
  const { database: app } = platform()
  const run = (text: string) => app.withTenant({ tenantId: tenant.tenantId }, (tx) => tx.query(text))
  for (const text of ['update audit_entry set action = action', 'delete from audit_entry', 'update audit_segment set hash = hash', 'delete from audit_segment', 'truncate audit_entry'])
    await expect(run(text)).rejects.toThrow(/permission denied/)
  await expect(run(`select audit_drop_sealed(now() - interval '10 days')`)).rejects.toThrow(/a year at least/)
  await expect(platform().pools.directory.query(`select audit_drop_sealed(now() - interval '3 years')`)).rejects.toThrow(/permission denied/)
})
