import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { maxPhotoBytes } from '#shared/files/upload.ts'
import { tusPath } from '#server/features/files/uploads/tus-protocol.ts'
import { draftLimits } from '#server/features/grievances/report/report-draft.ts'
import { heartbeatMs, liveRoute } from '#server/sync/live/live-route.ts'
import { readCompose } from './compose-schema.ts'

const root = resolve(import.meta.dirname, '..')
const conf = readFileSync(join(root, 'deploy/nginx/sampark.conf'), 'utf8')
const listen = readFileSync(join(root, 'deploy/nginx/listen.conf'), 'utf8')
const { services } = readCompose(
  parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Record<string, unknown>
)

/** Pattern and text of each location with a regular expression. */
const patterns = [...conf.matchAll(/location ~ (\S+) \{([^}]*)\}/g)].map(([, pattern = '', body = '']) => ({
  pattern: new RegExp(pattern),
  body
}))
const locationOf = (path: string) => patterns.find(({ pattern }) => pattern.test(path))?.body ?? ''
const seconds = (body: string, name: string) => Number(new RegExp(`${name} (\\d+)s;`).exec(body)?.[1])

test('requests go to the web services at the port they listen on', () => {
  const upstream = [...conf.matchAll(/server ([\w-]+:\d+) /g)].map(([, address]) => address)
  const web = Object.entries(services).filter(([, service]) => service.environment?.['ROLES'] === 'web')
  expect(upstream).toEqual(web.map(([name, service]) => `${name}:${service.environment?.['PORT']}`))
})

test('the published ports are those it listens on, and TLS uses the secrets it is given', () => {
  const ports = (services['nginx']?.ports ?? []).map((pair) => pair.split(':')[1])
  expect([...(conf + listen).matchAll(/^\s*listen (\d+)/gm)].map(([, port]) => port).sort()).toEqual(ports.sort())
  const files = [...listen.matchAll(/\/run\/secrets\/(\w+);/g)].map(([, name]) => name)
  expect(files.sort()).toEqual([...(services['nginx']?.secrets ?? [])].sort())
})

test.each(['', '/o/seva-2'])('pokes below "%s" leave at once and outlive the pauses between heartbeats', (base) => {
  const body = locationOf(`${base}${liveRoute({} as Parameters<typeof liveRoute>[0]).path}`)
  expect(body).toMatch(/proxy_buffering off;[^]*gzip off;/)
  expect(seconds(body, 'proxy_read_timeout') * 1000).toBeGreaterThan(3 * heartbeatMs)
})

test.each(['', '/o/seva-2'])('uploads below "%s" are passed on as they come', (base) => {
  const id = '0190f3c2-0000-7000-8000-000000000000'
  for (const path of [tusPath, `${tusPath}/${id}`])
    expect(locationOf(base + path)).toContain('proxy_request_buffering off;')
  expect(locationOf('/report/photo')).toBe('')
})

test('the largest form and photo pass, so that the office answers for what is too large', () => {
  const limit = Number(/client_max_body_size (\d+)m;/.exec(conf)?.[1]) * 1024 * 1024
  expect(limit).toBeGreaterThan(draftLimits.photos * draftLimits.photoBytes + 100_000)
  expect(limit).toBeGreaterThan(maxPhotoBytes)
})

test('a request whose bytes have left is never sent a second time by the proxy', () => {
  expect(/proxy_next_upstream (.*);/.exec(conf)?.[1]).toBe('error timeout')
  expect(conf).not.toContain('non_idempotent')
})
