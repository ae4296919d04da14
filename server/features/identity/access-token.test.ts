import { createHmac, hkdfSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { accessTokenMs, createAccessTokens } from './access-token.ts'

const secretKey = (text: string) => Buffer.from(text.padEnd(40, '.')).toString('base64url')
const [former, present, foreign] = [secretKey('the key before'), secretKey('the key now'), secretKey('a key of somebody else')]
const now = 1_800_000_000_000
const claims = { tenantId: randomUUID(), userId: randomUUID(), role: 'officer' as const, deviceId: randomUUID(), familyId: randomUUID() }
const tokens = createAccessTokens([present, former])
const keyOf = (secret: string) => new Uint8Array(hkdfSync('sha256', Buffer.from(secret, 'base64url'), 'sampark', 'access token', 32))

const parts = (token: string) => token.split('.') as [string, string, string]
const headerOf = (token: string) => JSON.parse(Buffer.from(parts(token)[0], 'base64url').toString()) as Record<string, string>
const pack = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const verdict = (token: string, by = tokens, tenantId = claims.tenantId) =>
  by.verify(token, tenantId, now).then(() => 'in', (error: { code: string }) => error.code)

/** A token with a header of one's own, signed with HMAC-SHA256 by whatever key. */
async function forged(header: object, key: Uint8Array): Promise<string> {
  const { token } = await tokens.sign(claims, now)
  const text = `${pack(header)}.${parts(token)[1]}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

describe('a new SECRET_KEY', () => {
  test('signs from now on; what the former one signed is accepted as long as that key is given, and no longer', async () => {
    const before = await createAccessTokens([former]).sign(claims, now)
    const after = await tokens.sign(claims, now)
    expect(headerOf(before.token)['kid']).not.toBe(headerOf(after.token)['kid'])
    expect([await verdict(before.token), await verdict(after.token)]).toEqual(['in', 'in'])
    const alone = createAccessTokens([present])
    expect([await verdict(before.token, alone), await verdict(after.token, alone)]).toEqual(['unauthenticated', 'in'])
    expect(await verdict(after.token, createAccessTokens([former]))).toBe('unauthenticated')
  })
})

describe('a token is refused', () => {
  test('when it names another algorithm, or none', async () => {
    const good = headerOf((await tokens.sign(claims, now)).token)
    for (const alg of ['none', 'None', 'HS512', 'RS256', 'ES256', '']) expect([alg, await verdict(await forged({ ...good, alg }, keyOf(present)))]).toEqual([alg, 'unauthenticated'])
    const { token } = await tokens.sign(claims, now)
    expect(await verdict(`${pack({ ...good, alg: 'none' })}.${parts(token)[1]}.`)).toBe('unauthenticated')
    const said = JSON.parse(Buffer.from(parts(token)[1], 'base64url').toString()) as Record<string, unknown>
    for (const alg of ['HS384', 'HS512']) {
      const whole = await new SignJWT(said).setProtectedHeader({ ...good, alg }).sign(keyOf(present))
      expect([alg, await verdict(whole)]).toEqual([alg, 'unauthenticated'])
    }
  })

  test('when its key id is missing, unknown, a path, a query or the name of a property', async () => {
    const good = headerOf((await tokens.sign(claims, now)).token)
    const kids = [undefined, '', 'unknown0', '../../../dev/null', '/dev/null', "' or 1=1 --", '__proto__', 'constructor', 0, null, ['x']]
    for (const kid of kids) for (const key of [keyOf(present), new Uint8Array(0)]) expect([kid, await verdict(await forged({ ...good, kid }, key))]).toEqual([kid, 'unauthenticated'])
  })

  test('when the key id of one key stands over a signature by another', async () => {
    const good = headerOf((await tokens.sign(claims, now)).token)
    expect(await verdict(await forged(good, keyOf(former)))).toBe('unauthenticated')
    expect(await verdict(await forged(good, keyOf(foreign)))).toBe('unauthenticated')
    expect(await verdict(await forged(good, keyOf(present)))).toBe('in')
  })

  test('when it brings or points to a key of its own', async () => {
    const good = headerOf((await tokens.sign(claims, now)).token)
    const jwk = { kty: 'oct', k: Buffer.from(keyOf(foreign)).toString('base64url') }
    for (const extra of [{ jwk }, { jku: 'https://evil.example/keys' }, { x5u: 'https://evil.example/c' }]) {
      expect(await verdict(await forged({ ...good, kid: undefined, ...extra }, keyOf(foreign)))).toBe('unauthenticated')
      expect(await verdict(await forged({ ...good, ...extra }, keyOf(foreign)))).toBe('unauthenticated')
    }
  })

  test('when it is of another kind, another office or too old', async () => {
    const good = headerOf((await tokens.sign(claims, now)).token)
    expect(await verdict(await forged({ ...good, typ: 'JWT' }, keyOf(present)))).toBe('unauthenticated')
    const { token } = await tokens.sign(claims, now)
    expect(await verdict(token, tokens, randomUUID())).toBe('unauthenticated')
    await expect(tokens.verify(token, claims.tenantId, now + accessTokenMs + 1)).rejects.toMatchObject({ code: 'token_expired' })
  })
})
