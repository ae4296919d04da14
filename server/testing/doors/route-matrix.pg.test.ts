import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { collectionNames } from '#shared/protocol/collection-names.ts'
import { commandOf, filing, makeId, makeOffice, type OfficeFixture } from '#server/testing/office-fixture.ts'
import { push, replicaOf } from '#server/testing/phones/sync-calls.ts'
import { addressOf, limited, limitedToken, makeCallers, operator, operatorToken, scopeless, takesSession, type Callers } from './callers.ts'
import { openToImpersonator, openWhileLimited, routeExpectations } from './route-expectations.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let tenant: TestTenant
let office: OfficeFixture
let url: string
let stranger: TestSession
let strangersUrl: string
let callers: Callers['tokens']
let sessions: Callers['sessions']
let roleId: string

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  tenant = await makeTestTenant(database)
  office = await makeOffice(database, tenant)
  const other = await makeTestTenant(database)
  ;[url, strangersUrl] = [addressOf(server, tenant), addressOf(server, other)]
  ;({ tokens: callers, sessions, stranger, roleId } = await makeCallers({ server, tenant, other }))
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

interface Ask {
  method: string
  path: string
  token: string | null
}

async function ask({ method, path, token }: Ask): Promise<{ status: number; body: string }> {
  const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(method)
  const headers = { ...(token !== null && { Authorization: `Bearer ${token}` }), ...(hasBody && { 'Content-Type': 'application/json' }) }
  const response = await fetch(path, { method, headers, redirect: 'manual', ...(hasBody && { body: '{}' }) })
  const streams = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (streams) await response.body?.cancel()
  return { status: response.status, body: streams ? '' : await response.text() }
}

const endsSessions = (key: string) => key.startsWith('DELETE /api/v1/session')

/** Routes of the API that take a session. The pages for citizens and tus take none: `public-matrix.pg.test.ts` asks them. */
function apiRoutes() {
  const routes = server.system.routes.filter(({ path }) => takesSession(path))
  // Those that end sessions come last.
  return routes.map(({ method, path }) => ({ key: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path })).sort((a, b) => Number(endsSessions(a.key)) - Number(endsSessions(b.key)))
}

const nothing = '019a0000-0000-7000-8000-00000000dead'
const withIds = (path: string, id: string) => path.replaceAll(/:\w+/g, id)

function expectedStatus(key: string, caller: string): number | 'no expectation' {
  const [who, status] = routeExpectations[key] ?? []
  if (who === undefined || status === undefined) return 'no expectation'
  if (who === 'anyone') return status
  if (caller === scopeless) return 403
  if (caller === operator) return openToImpersonator.includes(key) ? status : 403
  if (caller === limited) return openWhileLimited.includes(key) ? status : 403
  if (!(caller in sessions)) return 401
  return who === 'signed-in' || who.split(' ').includes(caller) ? status : 403
}

describe('every route of the API', () => {
  test('has an expectation, and every expectation a route', () => {
    expect(apiRoutes().map(({ key }) => key).toSorted()).toEqual(Object.keys(routeExpectations).toSorted())
  })

  test('answers every caller as the table says', async () => {
    const wrong: string[] = []
    for (const { key, method, path } of apiRoutes()) {
      for (const [caller, given] of Object.entries(callers)) {
        // The owner who ends his other sessions ends with them those of the operator and the limited one.
        const fresh = endsSessions(key) ? { [operator]: operatorToken, [limited]: limitedToken }[caller] : undefined
        const token = fresh ? await fresh({ server, tenant }) : given
        const { status } = await ask({ method, path: `${url}${withIds(path, nothing)}`, token })
        const expected = expectedStatus(key, caller)
        if (status !== expected) wrong.push(`${key} by ${caller}: ${status}, not ${expected}`)
        if (key === 'DELETE /api/v1/session' && caller in sessions) callers = { ...callers, [caller]: (await logInTo(url, caller)).reply.accessToken }
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('what another office has', () => {
  test('is answered for like what does not exist, word by word', async () => {
    sessions = { ...sessions, owner: await logInTo(url, 'owner'), officer: await logInTo(url, 'officer') }
    stranger = await logInTo(strangersUrl, 'owner')
    const filed = filing(office)
    expect((await push(sessions.officer, [filed])).verdicts[0]?.verdict).toBe('applied')
    const ours = { grievance: filed.args['grievanceId'] as string, device: sessions.officer.deviceId, user: tenant.users.viewer, role: roleId, receipt: filed.id }
    const calls: [string, string, string, object?][] = [
      ['GET', '/api/v1/grievances/:id', ours.grievance],
      ['POST', '/api/v1/devices/:id/revoke', ours.device],
      ['POST', '/api/v1/devices/:id/stolen', ours.device, { reason: 'taken from the bus' }],
      ['PATCH', '/api/v1/users/:id', ours.user, { name: 'Mine' }],
      ['POST', '/api/v1/users/:id/link', ours.user, { send: false }],
      ['PATCH', '/api/v1/roles/:id', ours.role, { name: 'Mine' }],
      ['DELETE', '/api/v1/roles/:id', ours.role],
      ['GET', '/api/v1/receipts/:id', ours.receipt],
      ['DELETE', '/api/v1/sessions/:id', ours.device]
    ]
    for (const [method, path, id, body] of calls) {
      const answers = await Promise.all([id, nothing].map((one) => stranger.call(method, path.replace(':id', one), body)))
      const [theirs, unknown] = await Promise.all(answers.map(async (answer) => ({ status: answer.status, problem: { ...((await answer.json()) as object), requestId: '' } })))
      expect({ path, ...theirs }).toEqual({ path, ...unknown })
      expect(theirs?.status).toBe(404)
    }
  })
})

describe('every collection', () => {
  /** Who receives anything of it, where there is something in a ward that the worker has. */
  const receivers: Record<string, string> = {
    cases: 'owner officer field_worker viewer',
    people: 'owner officer field_worker viewer',
    contacts: 'owner officer field_worker',
    issues: 'owner officer',
    places: 'owner officer field_worker viewer clerk',
    work: '',
    reference: 'owner officer field_worker viewer clerk'
  }

  test('reaches the devices of those who may read it, and of nobody else', async () => {
    const personId = makeId()
    const person = { personId, householdId: office.householdA, name: 'Asha', gender: 'female', birthYear: 1980, language: 'hi', notes: '', contact: { id: makeId(), phone: '+910000054321', email: null } }
    const [officer, strange] = [await logInTo(url, 'officer'), await logInTo(strangersUrl, 'owner')]
    const grievance = filing(office)
    const reply = await push(officer, [grievance, commandOf('person.add', person), commandOf('grievance.step', { grievanceId: grievance.args['grievanceId'], action: 'rate', rating: 5 })])
    expect(reply.verdicts.map((verdict) => verdict.verdict)).toEqual(['applied', 'applied', 'rejected'])
    const received: Record<string, string> = {}
    for (const collection of collectionNames) {
      const names: string[] = []
      for (const name of Object.keys(sessions)) {
        const replica = replicaOf(database, await logInTo(url, name), collection)
        await replica.sync()
        if (replica.ids().length > 0) names.push(name)
      }
      received[collection] = ['owner', 'officer', 'field_worker', 'viewer', 'clerk'].filter((name) => names.includes(name)).join(' ')
      const foreign = replicaOf(database, strange, collection)
      await foreign.sync()
      expect(foreign.ids().filter((id) => [personId, grievance.args['grievanceId'], office.householdA, office.wardA].includes(id))).toEqual([])
    }
    expect(received).toEqual(receivers)
  })
})
