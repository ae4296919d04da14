import { request } from 'node:http'
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeTestTenant, startTestServer, type TestServer, type TestTenant } from '#server/testing/start-test-server.ts'
import { asOperator } from '#server/testing/office-fixture.ts'
import { createTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'

let database: TestDatabase
let server: TestServer
let first: TestTenant

beforeAll(async () => {
  database = await createTestDatabase()
  first = await makeTestTenant(database)
  server = await startTestServer({ database, deps: { builtApps: buildSample() } })
})
afterAll(async () => {
  await server.close()
  await database.drop()
})

/** A build as vite leaves it: hashed assets with a packed copy, index, manifest, service worker. */
function buildSample(): string {
  const folder = mkdtempSync(join(tmpdir(), 'apps-'))
  mkdirSync(join(folder, 'field/assets'), { recursive: true })
  const files = {
    'index.html': '<!doctype html><html><head><title>Field</title></head><body></body></html>',
    'assets/main-B1xQ7f3a.js': 'plain()',
    'assets/main-B1xQ7f3a.js.br': 'packed',
    'service-worker.js': 'self',
    'manifest.webmanifest': '{}'
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'field', name), text)
  writeFileSync(join(folder, 'secret.txt'), 'not for anyone')
  return folder
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** `fetch` cannot choose the Host header, and tidies paths. */
function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const call = request({ hostname, port, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    call.on('error', reject).end()
  })
}

const slugAt = async (path: string, headers?: Record<string, string>) => {
  const answer = await ask(path, headers)
  return answer.status === 200 ? (JSON.parse(answer.text) as { slug: string }).slug : answer.status
}

describe('which office an address means', () => {
  test('the only one there is, whatever the host', async () => {
    expect(await slugAt('/api/v1/tenant')).toBe(first.slug)
    expect(await slugAt('/api/v1/tenant', { Host: 'anything.example' })).toBe(first.slug)
  })

  test('with several: the host, else the path, else none', async () => {
    const second = await makeTestTenant(database, { hosts: ['Second.example'] })
    const fresh = await startTestServer({ database })
    const old = server
    server = fresh
    expect(await slugAt('/api/v1/tenant')).toBe(404)
    expect(await slugAt('/api/v1/tenant', { Host: 'second.EXAMPLE:8443' })).toBe(second.slug)
    expect(await slugAt(`/o/${second.slug}/api/v1/tenant`)).toBe(second.slug)
    expect(await slugAt(`/o/${first.slug}/api/v1/tenant?x=1`)).toBe(first.slug)
    expect(await slugAt('/o/no-such-office/api/v1/tenant')).toBe(404)
    server = old
    await fresh.close()
  })

  test('a host that belongs to one office opens no other by path', async () => {
    expect(await slugAt(`/o/${first.slug}/api/v1/tenant`, { Host: 'second.example' })).toBe(404)
  })

  test('a shared host leads to its own office and, by path, to the others', async () => {
    const [owner, guest] = [await makeTestTenant(database, { hosts: ['shared.example'] }), await makeTestTenant(database)]
    await asOperator(database, owner.tenantId, (client) => client.query('update tenant_host set shared = true where host = $1', ['shared.example']))
    expect(await slugAt('/api/v1/tenant', { host: 'shared.example' })).toBe(owner.slug)
    expect(await slugAt(`/o/${guest.slug}/api/v1/tenant`, { host: 'shared.example' })).toBe(guest.slug)
  })

  test('neither a header nor a query chooses the office', async () => {
    const headers = { 'X-Forwarded-Host': 'second.example', 'X-Tenant': 'office-2' }
    expect(await slugAt(`/o/${first.slug}/api/v1/tenant?tenant=office-2`, headers)).toBe(first.slug)
  })

  test('an office that is closed says so, one that is being imported is not there', async () => {
    const closed = await makeTestTenant(database)
    const set = 'update tenant set status = $2 where tenant_id = $1'
    await asOperator(database, closed.tenantId, (client) => client.query(set, [closed.tenantId, 'suspended']))
    expect(await slugAt(`/o/${closed.slug}/api/v1/tenant`)).toBe(503)
    const coming = await makeTestTenant(database)
    await asOperator(database, coming.tenantId, (client) => client.query(set, [coming.tenantId, 'importing']))
    expect(await slugAt(`/o/${coming.slug}/api/v1/tenant`)).toBe(404)
  })

  test('the application cannot open or close an office', async () => {
    const { database: app } = server.system.platform
    const change = app.withTenant({ tenantId: first.tenantId }, (tx) => tx.query(`update tenant set status = 'suspended' where tenant_id = $1`, [first.tenantId]))
    await expect(change).rejects.toThrow(/permission denied/)
  })
})

describe('the built apps', () => {
  const app = () => `/o/${first.slug}/field`

  test('every page of the app is its index, with the office in its base address', async () => {
    for (const path of ['/', '/today', '/cases/42']) {
      const answer = await ask(app() + path)
      expect(answer.text).toContain(`<head><base href="/o/${first.slug}/field/">`)
      expect(answer.headers['cache-control']).toBe('no-cache')
      expect(answer.headers['content-type']).toMatch(/^text\/html/)
    }
  })

  test('the bare name is sent to the folder', async () => {
    expect(await ask(app())).toMatchObject({ status: 308, headers: { location: `/o/${first.slug}/field/` } })
  })

  test('assets named by their content are kept for a year and sent packed to those who can unpack', async () => {
    const plain = await ask(`${app()}/assets/main-B1xQ7f3a.js`)
    const packed = await ask(`${app()}/assets/main-B1xQ7f3a.js`, { 'Accept-Encoding': 'gzip, br' })
    expect(plain).toMatchObject({ text: 'plain()', headers: { 'cache-control': expect.stringContaining('immutable') } })
    expect(packed).toMatchObject({ text: 'packed', headers: { 'content-encoding': 'br', vary: expect.stringContaining('Accept-Encoding') } })
    expect(packed.headers['content-type']).toBe(plain.headers['content-type'])
    expect(plain.headers['content-type']).toMatch(/javascript/)
  })

  test('the service worker is asked for each time and rules its own folder only', async () => {
    const answer = await ask(`${app()}/service-worker.js`)
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-cache', 'service-worker-allowed': `/o/${first.slug}/field/` })
    expect((await ask(`${app()}/manifest.webmanifest`)).headers['content-type']).toMatch(/^application\/manifest\+json/)
  })

  test('a missing asset is missing, not a page; an app that was not built is not there', async () => {
    expect((await ask(`${app()}/assets/gone-12345678.js`)).status).toBe(404)
    expect((await ask(`/o/${first.slug}/admin/`)).status).toBe(404)
  })

  test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%00', '/.env'])('%s does not leave the folder', async (path) => {
    const answer = await ask(app() + path)
    expect(answer.text).not.toContain('not for anyone')
    expect([200, 400, 404]).toContain(answer.status)
  })
})
