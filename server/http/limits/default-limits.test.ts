import { describe, expect, test } from 'vitest'
import { createRateLimiter } from '../../redis/rate-limiter.ts'
import { createDefaultLimits, type Caller } from './default-limits.ts'

const clock = { now: () => at }
let at = 1_000_000

function caller(who: { user?: string; device?: string; ip?: string }): Caller {
  const actor = who.user === undefined ? null : { userId: who.user, deviceId: who.device ?? null }
  return { tenant: { tenantId: 'office' }, actor, ip: who.ip ?? '192.0.2.1' }
}

async function allowedOf(limits: ReturnType<typeof createDefaultLimits>, context: Caller, tries: number): Promise<number> {
  let allowed = 0
  for (let n = 0; n < tries; n += 1) if ((await limits.consume(context)).state.allowed) allowed += 1
  return allowed
}

describe('the limit of routes that state none', () => {
  test('holds a device to its number a minute, and no other device with it', async () => {
    const limits = createDefaultLimits(createRateLimiter(null), clock)
    expect(await allowedOf(limits, caller({ user: 'asha', device: 'one' }), 2_500)).toBe(1_800)
    expect(await allowedOf(limits, caller({ user: 'asha', device: 'two' }), 10)).toBe(10)
    expect(await allowedOf(limits, caller({ user: 'ravi' }), 10)).toBe(10)
  })

  test('an office of a hundred phones behind one address is not held up by it', async () => {
    const limits = createDefaultLimits(createRateLimiter(null), clock)
    for (let phone = 0; phone < 100; phone += 1) expect(await allowedOf(limits, caller({ user: `worker ${phone}`, device: `${phone}` }), 60)).toBe(60)
  })

  test('strangers share the limit of their network', async () => {
    const limits = createDefaultLimits(createRateLimiter(null), clock)
    expect(await allowedOf(limits, caller({}), 3_500)).toBe(3_000)
    expect(await allowedOf(limits, caller({ ip: '198.51.100.7' }), 10)).toBe(10)
  })

  test('asks the shared counter only from a tenth of the limit on', async () => {
    let asked = 0
    const limiter = { ...createRateLimiter(null), consume: async () => ({ remaining: 5, resetMs: 100, allowed: (asked += 1) > 0 }) }
    const limits = createDefaultLimits(limiter, clock)
    await allowedOf(limits, caller({ user: 'asha' }), 180)
    expect(asked).toBe(0)
    await allowedOf(limits, caller({ user: 'asha' }), 5)
    expect(asked).toBe(5)
    at += 61_000
    await allowedOf(limits, caller({ user: 'asha' }), 100)
    expect(asked).toBe(5)
  })
})
