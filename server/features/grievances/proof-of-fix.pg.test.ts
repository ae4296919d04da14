import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GrievanceDetail } from '#shared/grievances/grievance-list.ts'
import { photosOfEntry } from '#shared/grievances/grievance-photos.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { PushReply, Verdict } from '#shared/protocol/push.ts'
import { asOperator, commandOf, filing, makeOffice } from '#server/testing/office-fixture.ts'
import { takePhoto, uploadWhole } from '#server/testing/photo-fixture.ts'
import {
  logInTo,
  makeTestTenant,
  startTestServer,
  type TestServer,
  type TestSession
} from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'

let database: TestDatabase
let server: TestServer
let url: string
let officer: TestSession
let worker: TestSession
let grievanceId: string

async function push(session: TestSession, command: Command): Promise<Verdict> {
  const body = { protocol: 1, app: 'test', commands: [command], deviceTime: Date.now() }
  const reply = (await (await session.call('POST', '/api/v1/sync/push', body)).json()) as PushReply
  return reply.verdicts[0]!
}

const step = (action: string, more: object) => commandOf('grievance.step', { grievanceId, action, ...more })

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database, environment: { DATA_DIR: makeTestFolder('proof') } })
  const tenant = await makeTestTenant(database)
  const office = await makeOffice(database, tenant)
  await asOperator(database, tenant.tenantId, (client) =>
    client.query('update category set proof_of_fix = true where tenant_id = $1', [tenant.tenantId])
  )
  url = `${server.url}/o/${tenant.slug}`
  ;[officer, worker] = await Promise.all([logInTo(url, 'officer'), logInTo(url, 'field_worker')])
  const filed = filing(office)
  grievanceId = String(filed.args['grievanceId'])
  for (const command of [filed, step('assign', { assigneeId: tenant.users.field_worker })])
    expect((await push(officer, command)).verdict).toBe('applied')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

test('a repair that must be shown is answered with a photo, whose bytes its worker may upload', async () => {
  const answer = { text: 'Filled with asphalt' }
  const refused = await push(worker, step('resolve', answer))
  expect(refused).toMatchObject({ verdict: 'rejected', code: 'attachment_missing', fields: [{ path: 'photos' }] })

  const photo = await takePhoto({ width: 64, height: 48 })
  const taken = await push(worker, step('resolve', { ...answer, photos: [photo.announced] }))
  expect(taken.verdict).toBe('applied')
  expect((await uploadWhole(url, worker, photo)).status).toBe(204)
  const detail = (await (await officer.call('GET', `/api/v1/grievances/${grievanceId}`)).json()) as GrievanceDetail
  expect(detail.grievance).toMatchObject({ state: 'resolved', photos: [{ id: photo.announced.id, state: 'ready' }] })
  const resolved = detail.timeline.find(({ event }) => event === 'grievance.resolved')!
  expect(photosOfEntry(resolved.changes)).toEqual([photo.announced.id])
})
