import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const dockerfile = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8').replaceAll('\\\n', ' ')
const lines = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line))
const after = (word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')))

test('every stage stands on the same pinned image', () => {
  const images = after('FROM').map((line) => line.split(' ')[0])
  expect(new Set(images).size).toBe(1)
  expect(images[0]).toMatch(/^node:22\.\d+\.\d+-bookworm-slim$/)
})

test('what is copied exists, and the build is sent nothing else', () => {
  const sources = after('COPY')
    .filter((line) => !line.startsWith('--from='))
    .flatMap((line) => line.split(' ').slice(0, -1))
  for (const source of sources) expect([source, existsSync(join(root, source))]).toEqual([source, true])
  const allowed = readFileSync(join(root, 'deploy/Dockerfile.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1))
  expect(allowed.sort()).toEqual([...new Set(sources)].sort())
})

test('the image runs as a plain user, without development packages, and says how it is', () => {
  expect(last.filter((line) => line.startsWith('USER '))).toEqual(['USER node'])
  expect(last.findIndex((line) => line.startsWith('USER '))).toBeLessThan(
    last.findIndex((line) => line.startsWith('CMD '))
  )
  expect(dockerfile).toMatch(/AS packages[^]*npm install --omit=dev/)
  expect(last).toContain('COPY --from=packages /app/node_modules node_modules')
  expect(after('HEALTHCHECK')[0]).toContain('http://127.0.0.1:8080/health"')
  expect(after('EXPOSE')).toEqual(['8080'])
})

test.each([
  [200, 0],
  [503, 1]
])('the health check meets %i and ends with %i', async (status, code) => {
  const server = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const check = spawn(process.execPath, [join(root, 'deploy/health-check.mjs'), `http://127.0.0.1:${port}/health`])
  expect((await once(check, 'exit'))[0]).toBe(code)
  server.close()
})

test('the health check ends with 1 where nobody answers', async () => {
  const check = spawn(process.execPath, [join(root, 'deploy/health-check.mjs'), 'http://127.0.0.1:1/health'])
  expect((await once(check, 'exit'))[0]).toBe(1)
})
