import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nearestReadable } from '#shared/tenants/brand-color.ts'
import type { Setup } from '#shared/tenants/setup.ts'
import { PortalVisitor } from '#server/testing/portal-visitor.ts'
import { logInTo, makeTestTenant, startTestServer, type TestServer, type TestSession, type TestTenant } from '#server/testing/start-test-server.ts'
import { createTestClock, type TestClock } from '#server/testing/test-clock.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let clock: TestClock
let tenant: TestTenant
let other: TestTenant
let owner: TestSession
/** Longer than an answer of the directory is believed. */
const awhile = 6_000

beforeAll(async () => {
  database = await createTestDatabase()
  const builtApps = makeTestFolder('branding')
  mkdirSync(join(builtApps, 'portal'), { recursive: true })
  writeFileSync(join(builtApps, 'portal', 'manifest.json'), JSON.stringify({ 'portal.css': { file: 'portal.css' } }))
  writeFileSync(join(builtApps, 'portal', 'portal.css'), 'body{margin:0}')
  clock = createTestClock()
  server = await startTestServer({ database, deps: { builtApps, clock } })
  tenant = await makeTestTenant(database)
  other = await makeTestTenant(database)
  owner = await logInTo(`${server.url}/o/${tenant.slug}`, 'owner')
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
})

const home = ({ slug }: TestTenant) => new PortalVisitor(`${server.url}/o/${slug}`).open('/')
const setLogo = async (bytes: Buffer | null) => owner.call('POST', '/api/v1/tenant/logo', { image: bytes?.toString('base64') ?? null })

test('a colour shows on the citizens\' pages under a policy that names its style, and at the login; other offices keep theirs', async () => {
  expect((await owner.call('PATCH', '/api/v1/tenant', { brandColor: '#7a1f5c' })).status).toBe(200)
  clock.advance(awhile)
  const page = await home(tenant)
  const style = ':root{--brand:#7a1f5c}'
  expect(page.html).toContain(`<style>${style}</style>`)
  expect(page.headers.get('content-security-policy')).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
  expect(page.html).toContain('portal-header--brand')
  expect((await logInTo(`${server.url}/o/${tenant.slug}`, 'officer')).reply.tenant.brandColor).toBe('#7a1f5c')
  const foreign = await home(other)
  expect(foreign.html).not.toContain('--brand')
  expect((await owner.call('PATCH', '/api/v1/tenant', { brandColor: null })).status).toBe(200)
  clock.advance(awhile)
  expect((await home(tenant)).html).not.toContain('--brand')
})

test('a colour that white cannot be read on is refused with the nearest that works; what is no colour is refused', async () => {
  const refused = await owner.call('PATCH', '/api/v1/tenant', { brandColor: '#ffcc00' })
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain(nearestReadable('#ffcc00'))
  for (const brandColor of ['red', '#fff', '#7a1f5c}</style>']) expect((await owner.call('PATCH', '/api/v1/tenant', { brandColor })).status).toBe(400)
})

test('a logo is encoded anew, small, and shown to everybody; an SVG and what is no picture are refused and change nothing', async () => {
  const png = await sharp({ create: { width: 900, height: 300, channels: 3, background: '#7a1f5c' } }).withExif({ IFD0: { Make: 'SecretCamera' } }).png().toBuffer()
  const set = await setLogo(png)
  expect(set.status).toBe(200)
  const { logoVersion } = (await set.json()) as Setup
  clock.advance(awhile)
  expect((await home(tenant)).html).toContain(`/o/${tenant.slug}/brand/logo?v=${logoVersion}`)
  const shown = await fetch(`${server.url}/o/${tenant.slug}/brand/logo?v=${logoVersion}`)
  const bytes = Buffer.from(await shown.arrayBuffer())
  expect([shown.status, shown.headers.get('content-type'), bytes.includes('SecretCamera')]).toEqual([200, 'image/jpeg', false])
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 320 })
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>')
  for (const wrong of [svg, Buffer.from('no picture'), png.subarray(0, 40)]) expect((await setLogo(wrong)).status).toBe(422)
  expect((await fetch(`${server.url}/o/${tenant.slug}/brand/logo`)).status).toBe(200)
  expect((await fetch(`${server.url}/o/${other.slug}/brand/logo`)).status).toBe(404)
  expect((await setLogo(null)).status).toBe(200)
  expect((await fetch(`${server.url}/o/${tenant.slug}/brand/logo`)).status).toBe(404)
})
