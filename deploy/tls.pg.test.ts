import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findNginx, startNginx, type EmbeddedNginx } from '#server/embedded/embedded-nginx.ts'
import { findPort } from '#server/embedded/service-port.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { nginxConfig } from '#server/testing/topology-nginx.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const dir = makeTestFolder('tls')
let nginx: EmbeddedNginx | undefined
let web: Server
let port = 0

/** listen.conf with a certificate of this test. Debian's nginx is older than `http2 on`. */
function listenText(): string {
  const text = readFileSync(resolve(import.meta.dirname, 'nginx/listen.conf'), 'utf8')
  return text
    .replace('listen 8443 ssl;', `listen 127.0.0.1:${port} ssl;`)
    .replace('http2 on;', '')
    .replaceAll('/run/secrets', dir)
}

beforeAll(async () => {
  if (!hasOpenssl) return
  const files = ['-keyout', join(dir, 'tls_key'), '-out', join(dir, 'tls_certificate')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=seva.example',
      ...files
    ],
    { stdio: 'ignore' }
  )
  web = createServer((incoming, response) => response.end(JSON.stringify(incoming.headers))).listen(0, '127.0.0.1')
  await once(web, 'listening')
  const webPort = (web.address() as AddressInfo).port
  port = await findPort(0, 'nginx')
  nginx = await startNginx({
    nginx: await findNginx({ log: () => undefined }),
    dir,
    configText: nginxConfig({
      port,
      plainPort: await findPort(0, 'nginx'),
      web: [webPort, webPort],
      listen: listenText()
    }),
    readyWhen: () =>
      ask({}).then(
        () => true,
        () => false
      )
  })
})
afterAll(async () => {
  await nginx?.stop()
  web?.close()
  rmSync(dir, { recursive: true, force: true })
})

/** The headers that a web process receives for a request over TLS. */
async function ask(headers: Record<string, string>): Promise<IncomingHttpHeaders> {
  const sent = request({
    host: '127.0.0.1',
    port,
    servername: 'seva.example',
    ca: readFileSync(join(dir, 'tls_certificate')),
    headers: { Host: 'seva.example', ...headers },
    agent: false
  }).end()
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream]
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return JSON.parse(text) as IncomingHttpHeaders
}

test.skipIf(!hasOpenssl)(
  'the proxy ends TLS and tells the web process who asks for what, whatever the caller claims (needs openssl)',
  async () => {
    const claims = {
      'X-Forwarded-For': '203.0.113.7',
      'X-Forwarded-Host': 'other.example',
      'X-Forwarded-Proto': 'http',
      Forwarded: 'for=203.0.113.7',
      Connection: 'close'
    }
    const told = await ask(claims)
    expect(told).toMatchObject({
      host: 'seva.example',
      'x-forwarded-host': 'seva.example',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https'
    })
    expect(told).not.toHaveProperty('forwarded')
  }
)
