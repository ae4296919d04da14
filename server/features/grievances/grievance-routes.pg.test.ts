import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GrievanceCounts, GrievanceDetail, GrievanceList, WardCounts } from '#shared/grievances/grievance-list.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import {
  asOperator,
  commandOf,
  filing,
  makeId,
  makeOffice,
  type OfficeFixture
} from '#server/testing/office-fixture.ts'
import {
  logInTo,
  makeTestTenant,
  startTestServer,
  type TestServer,
  type TestSession,
  type TestTenant
} from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let officer: TestSession
let worker: TestSession
let viewer: TestSession
let stranger: TestSession
const filed: { near: string; far: string; loose: string } = { near: '', far: '', loose: '' }

async function push(session: TestSession, ...commands: Command[]): Promise<PushReply> {
  const response = await session.call('POST', '/api/v1/sync/push', {
    protocol: 1,
    app: 'test',
    commands,
    deviceTime: Date.now()
  })
  const reply = (await response.json()) as PushReply
  expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(commands.map(() => 'applied'))
  return reply
}

async function get<T>(session: TestSession, path: string): Promise<T> {
  const response = await session.call('GET', path)
  expect(response.status, path).toBe(200)
  return (await response.json()) as T
}

const list = (session: TestSession, query = '') => get<GrievanceList>(session, `/api/v1/grievances${query}`)
const idsOf = (page: GrievanceList) => page.rows.map((row) => row.id)

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  const other = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const url = `${server.url}/o/${tenant.slug}`
  officer = await logInTo(url, 'officer')
  worker = await logInTo(url, 'field_worker')
  viewer = await logInTo(url, 'viewer')
  stranger = await logInTo(`${server.url}/o/${other.slug}`, 'owner')
  const reporter = { id: makeId(), name: 'Meera Nair', phone: '+919800000001', email: null, language: 'hi' as const }
  const near = filing(office, { reporter })
  const far = filing(office, {
    wardId: office.wardB,
    description: 'Street light out since Monday',
    landmark: 'Near the old_mill 100%'
  })
  const loose = filing(office, { wardId: null, description: 'Water comes only at night' })
  await push(officer, near, far, loose)
  Object.assign(filed, {
    near: near.args['grievanceId'],
    far: far.args['grievanceId'],
    loose: loose.args['grievanceId']
  })
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

describe('a list of grievances', () => {
  test('shows the office all of them, a worker those of his wards, another office none', async () => {
    const all = await list(officer)
    expect(new Set(idsOf(all))).toEqual(new Set(Object.values(filed)))
    expect(all.total).toEqual({ count: 3, exact: true })
    expect(idsOf(await list(worker))).toEqual([filed.near])
    expect((await list(stranger)).rows).toEqual([])
  })

  test('never holds a name or phone of a reporter', async () => {
    expect(JSON.stringify(await list(officer))).not.toMatch(/Meera|98000/)
  })

  test('pages through every row once, in both directions of each order', async () => {
    for (const sort of ['filedAt', 'dueAt', 'number', 'state']) {
      const seen: Record<string, string[]> = {}
      for (const order of ['asc', 'desc']) {
        const ids: string[] = []
        let next: string | null = ''
        while (next !== null) {
          const page: GrievanceList = await list(
            officer,
            `?sort=${sort}&order=${order}&limit=1${next && `&cursor=${next}`}`
          )
          ids.push(...idsOf(page))
          next = page.next
        }
        seen[order] = ids
      }
      expect(new Set(seen['asc']), sort).toEqual(new Set(Object.values(filed)))
      expect(seen['asc']).toEqual([...(seen['desc'] ?? [])].reverse())
    }
  })

  test('narrows by each fact', async () => {
    const { far, near, loose } = filed
    const cases: [string, string[]][] = [
      [`wardId=${office.wardB}`, [far]],
      ['wardId=none', [loose]],
      [`wardId=none,${office.wardA}`, [loose, near]],
      ['state=resolved,closed', []],
      ['open=false', []],
      ['open=true', [far, loose, near]],
      ['overdue=true', []],
      ['assigneeId=none', [far, loose, near]],
      ['assigneeId=me', []],
      [`departmentId=${office.departmentId}`, [far, loose, near]],
      ['departmentId=none', []],
      ['priority=urgent', []],
      ['source=field', [far, loose, near]],
      ['filedTo=2020-01-01T00:00:00.000Z', []],
      ['filedFrom=2020-01-01T00:00:00.000Z', [far, loose, near]],
      ['dueBefore=2020-01-01T00:00:00.000Z', []]
    ]
    for (const [query, expected] of cases)
      expect(idsOf(await list(officer, `?${query}`)).sort(), query).toEqual([...expected].sort())
  })

  test('finds by words in any order, by a sign that SQL gives a meaning, by a number and its beginning', async () => {
    const search = (q: string) => list(officer, `?q=${encodeURIComponent(q)}`).then(idsOf)
    const number = (await list(officer, `?wardId=${office.wardB}`)).rows[0]!.number
    expect(await search('monday light')).toEqual([filed.far])
    expect(await search('light water')).toEqual([])
    expect(await search('old_mill 100%')).toEqual([filed.far])
    expect(await search('old.mill')).toEqual([])
    expect(await search(number.toLowerCase().replaceAll('-', ' '))).toEqual([filed.far])
    expect(await search(number.slice(0, 9))).toEqual([filed.far])
    expect(await search(number.split('-')[1]!)).toEqual([filed.far])
  })

  test('a search reaches no further than its reader', async () => {
    expect(idsOf(await list(worker, '?q=street%20light'))).toEqual([])
    expect(idsOf(await list(stranger, '?q=street%20light'))).toEqual([])
  })

  test('names what it cannot read', async () => {
    const cases: [string, string][] = [
      ['state=teleported', 'query.state.0'],
      ['limit=101', 'query.limit'],
      ['wardId=7', 'query.wardId.0'],
      ['cursor=bm9uc2Vuc2U', 'query.cursor'],
      ['dueBefore=tomorrow', 'query.dueBefore'],
      ['colour=red', 'query']
    ]
    for (const [query, path] of cases) {
      const response = await officer.call('GET', `/api/v1/grievances?${query}`)
      const body = (await response.json()) as { errors: { path: string }[] }
      expect([response.status, body.errors[0]?.path], query).toEqual([400, path])
    }
    expect((await fetch(`${server.url}/o/${tenant.slug}/api/v1/grievances`)).status).toBe(401)
  })
})

describe('one grievance', () => {
  const path = (id: string) => `/api/v1/grievances/${id}`

  test('comes with its timeline, receipts and contact', async () => {
    const detail = await get<GrievanceDetail>(officer, path(filed.near))
    expect(detail).toMatchObject({
      grievance: { id: filed.near, state: 'submitted' },
      contactShown: true,
      contact: { name: 'Meera Nair', phone: '+919800000001' }
    })
    expect(detail.timeline).toMatchObject([
      { event: 'grievance.filed', receipt: { verdict: 'applied', hash: expect.stringMatching(/^[0-9a-f]{64}$/) } }
    ])
  })

  test('hides the contact from those who may not see it', async () => {
    const detail = await get<GrievanceDetail>(viewer, path(filed.near))
    expect(detail).toMatchObject({ contact: null, contactShown: false })
    expect(JSON.stringify(detail)).not.toMatch(/Meera|98000/)
  })

  test('is not there for another ward, another office, an unknown id; a broken id is named', async () => {
    const statuses = await Promise.all([
      worker.call('GET', path(filed.far)),
      stranger.call('GET', path(filed.near)),
      officer.call('GET', path(makeId())),
      officer.call('GET', path('7'))
    ])
    expect(statuses.map((response) => response.status)).toEqual([404, 404, 404, 400])
  })
})

describe('counts', () => {
  test('follow the steps of a grievance', async () => {
    const views = async () => (await get<GrievanceCounts>(officer, '/api/v1/grievances/counts')).views
    expect(await views()).toEqual({ mine: 0, new: 3, unassigned: 3, overdue: 0, open: 3, closed: 0 })
    const step = (action: string, more: object) =>
      commandOf('grievance.step', { grievanceId: filed.loose, action, ...more })
    await push(officer, step('assign', { assigneeId: tenant.users.officer, departmentId: office.departmentId }))
    expect(await views()).toEqual({ mine: 1, new: 2, unassigned: 2, overdue: 0, open: 3, closed: 0 })
    await asOperator(database, tenant.tenantId, (client) =>
      client.query(`update grievance set due_at = now() - interval '1 day' where id = $1`, [filed.far])
    )
    expect(await views()).toMatchObject({ overdue: 1 })
    expect(idsOf(await list(officer, '?overdue=true'))).toEqual([filed.far])
    await push(officer, step('resolve', { text: 'The valve was open' }))
    expect(await views()).toEqual({ mine: 0, new: 2, unassigned: 2, overdue: 1, open: 2, closed: 1 })
  })

  test('by ward and department, within reach', async () => {
    const byWard = async (session: TestSession) =>
      (await get<WardCounts>(session, '/api/v1/grievances/ward-counts')).wards
    expect(await byWard(officer)).toContainEqual({ wardId: office.wardB, open: 1, overdue: 1 })
    expect(await byWard(worker)).toEqual([{ wardId: office.wardA, open: 1, overdue: 0 }])
    const { departments } = await get<GrievanceCounts>(officer, '/api/v1/grievances/counts')
    expect(departments).toEqual([{ id: office.departmentId, open: 2 }])
    expect((await get<GrievanceCounts>(stranger, '/api/v1/grievances/counts')).views.open).toBe(0)
  })
})
