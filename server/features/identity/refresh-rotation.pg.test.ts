import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SessionReply } from '#shared/identity/session.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { createTestRedis, type TestRedis } from '#server/testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis
let server: TestServer
let clock: TestClock
let url: string

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  const office = await makeTestTenant(database)
  clock = createTestClock()
  server = await startTestServer({ database, redisUrl: redis.url, deps: { clock } })
  url = `${server.url}/o/${office.slug}`
})
afterAll(async () => {
  await server?.close()
  await Promise.all([database?.drop(), redis?.drop()])
})

const dayMs = 86_400_000

async function refresh(cookie: string): Promise<{ status: number; cookie: string; token: string }> {
  const answer = await fetch(`${url}/api/v1/session/refresh`, { method: 'POST', headers: { Cookie: cookie } })
  const body = (await answer.json()) as SessionReply
  return { status: answer.status, cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '', token: body.accessToken }
}
const me = async (token: string) => (await fetch(`${url}/api/v1/session`, { headers: { Authorization: `Bearer ${token}` } })).status

describe('a phone that was honest is never logged out', () => {
  test('when the reply was lost and it was a day, and then a month, without a network', async () => {
    const session = await logInTo(url, 'officer')
    expect((await refresh(session.cookie)).status).toBe(200)
    clock.advance(dayMs)
    const again = await refresh(session.cookie)
    expect(again.status).toBe(200)
    expect((await refresh(again.cookie)).status).toBe(200)
    clock.advance(30 * dayMs)
    const later = await refresh(again.cookie)
    expect([later.status, await me(later.token)]).toEqual([200, 200])
  })

  test('when the reply is lost again and again', async () => {
    const session = await logInTo(url, 'officer')
    for (let lost = 0; lost < 5; lost += 1) expect((await refresh(session.cookie)).status).toBe(200)
    const arrived = await refresh(session.cookie)
    expect((await refresh(arrived.cookie)).status).toBe(200)
  })

  test('when two tabs and the service worker refresh at the same moment, round after round, whichever cookie remains', async () => {
    let { cookie } = await logInTo(url, 'officer')
    for (let round = 0; round < 6; round += 1) {
      const answers = await Promise.all([refresh(cookie), refresh(cookie), refresh(cookie)])
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
      for (const { token } of answers) expect(await me(token)).toBe(200)
      cookie = answers[round % 3]?.cookie ?? ''
      clock.advance(11 * 60_000)
    }
  })
})

describe('a cookie in two hands', () => {
  test('ends the family for both, whoever comes second, and no other login of the person', async () => {
    const other = await logInTo(url, 'owner')
    for (const ownerFirst of [true, false]) {
      const stolen = await logInTo(url, 'owner')
      const [first, second] = [await refresh(stolen.cookie), await refresh(stolen.cookie)]
      const [used, late] = ownerFirst ? [first, second] : [second, first]
      const onward = await refresh(used.cookie)
      expect(onward.status).toBe(200)
      expect((await refresh(late.cookie)).status).toBe(401)
      expect([await me(onward.token), (await refresh(onward.cookie)).status]).toEqual([401, 401])
    }
    expect((await refresh(other.cookie)).status).toBe(200)
  })

  test('used by both at the same moment, one round later at most one of them goes on', async () => {
    const stolen = await logInTo(url, 'officer')
    const [mine, theirs] = await Promise.all([refresh(stolen.cookie), refresh(stolen.cookie)])
    const next = await Promise.all([refresh(mine.cookie), refresh(theirs.cookie)])
    expect(next.map(({ status }) => status).sort()).toEqual([200, 401])
    for (const one of next) expect((await refresh(one.cookie)).status).toBe(401)
  })
})
