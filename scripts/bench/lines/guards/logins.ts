import argon2 from 'argon2'
import { jwtVerify, SignJWT } from 'jose'
import { createPasswordHasher } from '#server/features/identity/password-hasher.ts'
import { logInTo, testPassword } from '#server/testing/start-test-server.ts'
import { compareRuns, type BenchRow } from '../../bench-row.ts'
import type { BenchPlan } from '../../bench-plan.ts'
import { alternate } from '../../stage/alternate.ts'
import { refreshSession } from '../../stage/refresh-session.ts'

/** Devices that log in, or come for a new access token, at once. */
const devices = 8

/** Logins and refreshes that a real server process answers in a second, beside the one computation that each cannot do without. */
export async function measureLogins({ services, docs, times }: BenchPlan): Promise<BenchRow[]> {
  const count = docs ?? 10
  const { web } = await services.openOffice(0)
  let sessions = await Promise.all(Array.from({ length: devices }, () => logInTo(web.address, 'field_worker')))
  const hash = await createPasswordHasher({ running: 1, waiting: 1 }).hash(testPassword)
  const logins = await alternate(times, {
    floor: () => eachOf(devices, count, async () => void (await argon2.verify(hash, testPassword))),
    ours: () => eachOf(devices, count, async (device) => {
      const session = await logInTo(web.address, 'field_worker', { id: sessions[device]!.deviceId })
      sessions = sessions.with(device, session)
    })
  })
  const cookies = sessions.map(({ cookie }) => cookie)
  const token = await bareToken()
  const refreshes = await alternate(times, {
    floor: () => eachOf(devices, count * 20, () => token.verify()),
    ours: () => eachOf(devices, count * 2, async (device) => void (cookies[device] = await refreshSession(web.address, cookies[device]!)))
  })
  const by = `${devices} devices at once on one process, the client on the same cores`
  return [
    compareRuns({ name: 'auth', detail: `logins, ${count} of each device; ${by}; ${logins.note}`, unit: 'logins/s', reference: `bare argon2id verify of the same hash, ${devices} at once`, ours: logins.ours, floor: logins.floor }),
    compareRuns({ name: 'auth', detail: `refreshes, ${count * 2} of each device; ${by}; ${refreshes.note}`, unit: 'refreshes/s', reference: 'bare HS256 JWT verify', ours: refreshes.ours, floor: refreshes.floor })
  ]
}

/** Runs `work` so often for each, all side by side; resolves to how many a second. */
async function eachOf(side: number, count: number, work: (index: number) => Promise<void>): Promise<number> {
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: side }, async (_, index) => {
      for (let n = 0; n < count; n += 1) await work(index)
    })
  )
  return (side * count) / ((performance.now() - begun) / 1000)
}

async function bareToken(): Promise<{ verify(): Promise<void> }> {
  const key = new Uint8Array(32).fill(7)
  const token = await new SignJWT({ role: 'field_worker' }).setProtectedHeader({ alg: 'HS256' }).setSubject('a worker').setExpirationTime('1h').sign(key)
  return { verify: async () => void (await jwtVerify(token, key, { algorithms: ['HS256'] })) }
}
