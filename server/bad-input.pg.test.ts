import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemSchema } from '#shared/errors.ts'
import type { JsonRoute } from '#server/http/define-route.ts'
import { makeId } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession } from '#server/testing/start-test-server.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let owner: TestSession

beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ database })
  await makeTestTenant(database)
  owner = await logInTo(server.url, 'owner')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const jsonRoutes = () => server.system.routes.filter((route): route is JsonRoute => route.kind === 'json')

async function send(route: JsonRoute, body: string | undefined, query = '') {
  const path = route.path.replace(/:\w+/g, makeId())
  const response = await fetch(`${server.url}${path}${query}`, {
    method: route.method.toUpperCase(),
    headers: { Authorization: `Bearer ${owner.reply.accessToken}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body })
  })
  return { name: `${route.method} ${route.path}`, status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

type Answer = Awaited<ReturnType<typeof send>>

function expectProblems(answers: Answer[], allowed: readonly number[]): void {
  const wrong = answers.filter(
    ({ status, type, text }) =>
      !allowed.includes(status) || !type.startsWith('application/problem+json') || !problemSchema.safeParse(JSON.parse(text)).success
  )
  expect(wrong).toEqual([])
}

describe('every route of the table', () => {
  const withBody = () => jsonRoutes().filter((route) => route.body)

  test.each([
    ['malformed JSON', '{"a":'],
    ['a list where an object is wanted', '[]'],
    ['text where an object is wanted', '"words"'],
    ['fields of the wrong type', JSON.stringify({ id: 7, commands: 'x', pulls: {}, login: [], password: {}, photoId: 1, name: 5, number: {} })]
  ])('answers %s with a problem that names what is wrong', async (_name, body) => {
    const answers = await Promise.all(withBody().map((route) => send(route, body)))
    expect(answers.length).toBeGreaterThan(8)
    expectProblems(answers, [400, 404, 422, 429])
  })

  test('refuses a body beyond its limit before reading it', async () => {
    const answers: Answer[] = []
    for (const route of withBody()) answers.push(await send(route, JSON.stringify({ filler: 'x'.repeat(route.bodyLimit ?? 300_000) })))
    // A word in the path is looked at before the body.
    expectProblems(answers.filter(({ text }) => !text.includes('"path":"params.')), [413, 429])
    expect(answers.filter(({ status }) => status === 413).length).toBeGreaterThan(answers.length / 2)
  })

  test('answers an id that nobody has with 404, never with an empty success', async () => {
    const reading = jsonRoutes().filter((route) => route.method === 'get' && route.path.includes(':'))
    expect(reading.length).toBeGreaterThan(1)
    expectProblems(await Promise.all(reading.map((route) => send(route, undefined))), [404])
  })

  test('answers an id that is none with a problem that names it', async () => {
    const reading = jsonRoutes().filter((route) => route.path.includes(':'))
    const answers = await Promise.all(reading.map((route) => send({ ...route, path: route.path.replace(/:\w+/g, 'none') }, route.body ? '{}' : undefined)))
    expectProblems(answers, [400, 404, 422])
  })
})
