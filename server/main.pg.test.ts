import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testRoleSecret } from './testing/database-clone.ts'
import { createTestDatabase, type TestDatabase } from './testing/template-database.ts'
import { createTestRedis, type TestRedis } from './testing/test-redis.ts'

let database: TestDatabase
let redis: TestRedis

beforeAll(async () => {
  ;[database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
})
afterAll(async () => {
  await Promise.all([database.drop(), redis.drop()])
})

function startMain(environment: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'main.ts')], {
    env: environment
  })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, output: () => text }
}

const secretKey = Buffer.from('a key for tests that is long enough').toString('base64url')

test('a bad configuration ends the process with every bad key named and no value', async () => {
  const { child, output } = startMain({ SECRET_KEY: 'too-short-secret', PORT: 'http' })
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(1)
  expect(output()).toMatch(/SECRET_KEY[^]*PORT|PORT[^]*SECRET_KEY/)
  expect(output()).not.toContain('too-short-secret')
})

test('the process says ready with its port, answers, and ends cleanly on SIGTERM', async () => {
  const { child, output } = startMain({
    PORT: '0', SECRET_KEY: secretKey, ROLE_SECRET: testRoleSecret, DATABASE_URL: database.ownerUrl, REDIS_URL: redis.url
  })
  const exited = once(child, 'exit')
  await expect.poll(() => /"port":(\d+).*"msg":"ready"/.exec(output())?.[1], { timeout: 30_000 }).toBeDefined()
  const port = /"port":(\d+)/.exec(output())?.[1]
  await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/readiness`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  expect(output()).toContain('"msg":"stopped"')
})

test('a taken port is said plainly', async () => {
  const { createServer } = await import('node:http')
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as { port: number }
  const { child, output } = startMain({
    PORT: String(port), SECRET_KEY: secretKey, ROLE_SECRET: testRoleSecret, DATABASE_URL: database.ownerUrl, REDIS_URL: redis.url
  })
  const [code] = (await once(child, 'exit')) as [number]
  holder.close()
  expect(code).toBe(1)
  expect(output()).toContain('The port is taken')
})
