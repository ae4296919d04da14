import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './embedded-postgres.ts'

const running: EmbeddedPostgres[] = []
let dataDir = ''

async function start(changes: Partial<PostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const started = await startPostgres({ dataDir, port: 0, purpose: 'office', log: () => undefined, ...changes })
  running.push(started)
  return started
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

beforeEach(() => {
  dataDir = makeTestFolder('postgres')
})
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('an embedded Postgres for an office', () => {
  test('keeps what was written over a stop and a start', async () => {
    const first = await start()
    await ask(first.superuserUrl, "create table note as select 'घर ५' as text")
    await first.stop()
    const second = await start()
    expect(await ask(second.superuserUrl, 'select text from note')).toEqual([{ text: 'घर ५' }])
    expect([first.isNew, second.isNew]).toEqual([true, false])
  })

  test('lets nobody in without its password, which only its owner can read', async () => {
    const { port, superuserUrl } = await start()
    await expect(ask(`postgres://postgres@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toThrow(/password/)
    await expect(ask(`postgres://postgres:guess@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toThrow(/password/)
    expect(superuserUrl).toContain(readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim())
    expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600)
  })

  test('waits for the disk and listens on loopback only', async () => {
    const { superuserUrl } = await start()
    const settings = await ask(superuserUrl, "select name, setting from pg_settings where name in ('fsync','listen_addresses','unix_socket_directories') order by name")
    expect(settings.map(({ setting }) => setting)).toEqual(['on', '127.0.0.1', ''])
  })

  test('starts again after it was killed and left its pid file behind', async () => {
    const first = await start()
    await ask(first.superuserUrl, 'create table kept ()')
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    expect(existsSync(join(dataDir, 'pg18/postmaster.pid'))).toBe(true)
    const second = await start()
    expect(await ask(second.superuserUrl, "select to_regclass('kept') is not null as found")).toEqual([{ found: true }])
  })

  test('starts although its pid file names a process that is now another program', async () => {
    const first = await start()
    await first.stop()
    writeFileSync(join(dataDir, 'pg18/postmaster.pid'), `${process.pid}\n${dataDir}/pg18\n`)
    const second = await start()
    expect(await ask(second.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('makes its folder anew when an earlier start was cut off while making it', async () => {
    const draft = join(dataDir, 'pg18.new')
    writeFileSync(draft, 'half')
    const { superuserUrl } = await start()
    expect(await ask(superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(existsSync(draft)).toBe(false)
  })

  test('says plainly that a port is taken', async () => {
    const { port } = await start()
    const elsewhere = makeTestFolder('postgres')
    await expect(start({ dataDir: elsewhere, port })).rejects.toThrow(`Port ${port} is taken by another program, so Postgres cannot use it.`)
    rmSync(elsewhere, { recursive: true })
  })

  test('refuses a second start on the same folder while the first runs', async () => {
    const first = await start()
    await expect(start()).rejects.toThrow(/already running on this data folder/)
    expect(await ask(first.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})
