import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build } from 'vite'
import { makeSecret } from '#server/embedded/secret-file.ts'
import { testRoleSecret } from '#server/testing/database-clone.ts'
import { asOperator, filing, makeOffice } from '#server/testing/office-fixture.ts'
import { logInTo, makeTestTenant, startTestServer, testSecretKey, type TestServer } from '#server/testing/start-test-server.ts'
import { createEmptyTestDatabase, type TestDatabase } from '#server/testing/template-database.ts'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { pushOnce } from '#server/testing/topology-clients.ts'

// The commands as the image runs them: built, by plain node, with the settings that docker-compose.yml gives `migrate`.
const root = resolve(import.meta.dirname, '..')
let database: TestDatabase
let server: TestServer | undefined

const run = async (name: string, args: string[] = [], secretKey = makeSecret()) => {
  const folder = makeTestFolder('commands')
  const settings = { secret_key: secretKey, role_secret: testRoleSecret, database_url: database.ownerUrl }
  const env: Record<string, string> = {}
  for (const [key, value] of Object.entries(settings)) {
    writeFileSync(join(folder, key), `${value}\n`)
    env[`${key.toUpperCase()}_FILE`] = join(folder, key)
  }
  return promisify(execFile)(process.execPath, [join(root, `dist/commands/${name}.js`), ...args], {
    env,
    cwd: folder
  }).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, text: stderr })
  )
}

beforeAll(async () => {
  await build({ configFile: join(root, 'vite.commands.config.ts'), logLevel: 'error' })
  database = await createEmptyTestDatabase()
})
afterAll(async () => {
  await server?.close()
  await database.drop()
})

/** What a build takes from node_modules or from Node. */
async function packagesOf(configFile: string): Promise<string[]> {
  const made = await build({ configFile: join(root, configFile), logLevel: 'error', build: { write: false } })
  const output = [made].flat().flatMap((one) => ('output' in one ? one.output : []))
  const files = output.map(({ fileName }) => fileName)
  const imported = output.flatMap((one) => (one.type === 'chunk' ? [...one.imports, ...one.dynamicImports] : []))
  return imported
    .filter((name) => !files.includes(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/')
    )
}

test.each(['vite.commands.config.ts', 'vite.server.config.ts'])(
  'what %s builds needs no package that the image leaves out',
  async (config) => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    const packages = (await packagesOf(config)).filter(
      (name) => !name.startsWith('node:') && !builtinModules.includes(name)
    )
    expect(packages).toContain('pg')
    expect(packages.filter((name) => !(name in dependencies))).toEqual([])
  }
)

test('migrate brings an empty database to this version, once', async () => {
  expect(await run('migrate')).toMatchObject({ code: 0, text: expect.stringMatching(/Done: \d+ steps/) })
  expect(await run('migrate')).toMatchObject({ code: 0, text: 'The database is up to date.\n' })
})

test('tenant create makes an office whose owner can log in with the password it prints', async () => {
  const args = [
    '--slug',
    'seva',
    '--name',
    'Seva Office',
    '--prefix',
    'SEV',
    '--login',
    'asha',
    '--owner',
    'Asha Rao',
    '--host',
    'seva.example'
  ]
  const { code, text } = await run('tenant', ['create', ...args])
  expect([code, text]).toEqual([0, expect.stringContaining('/o/seva/')])
  const password = /password (\S+) and/.exec(text)?.[1] ?? ''
  server = await startTestServer({ database })
  expect((await logInTo(`${server.url}/o/seva`, 'asha', { password })).reply.user.role).toBe('owner')
})

test('recover-user prints a link that lets a lost owner choose a password, once, and lets a disabled one in again', async () => {
  const client = (work: string) => asOperator(database, '00000000-0000-7000-8000-000000000000', async (pg) => pg.query(work))
  await client(`select set_config('app.tenant_id', (select tenant_id::text from tenant), true); update user_account set status = 'disabled'`)
  const { code, text } = await run('recover-user', ['--office', 'seva', '--login', 'Asha'], testSecretKey)
  expect([code, text]).toEqual([0, expect.stringMatching(/\/o\/seva\/admin\/password#[\w-]{43}\n/)])
  const body = JSON.stringify({ token: /#([\w-]{43})/.exec(text)?.[1], password: 'found the way back' })
  const use = () => fetch(`${server?.url}/o/seva/api/v1/password-links/use`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  expect([(await use()).status, (await use()).status]).toEqual([204, 410])
  expect((await logInTo(`${server?.url}/o/seva`, 'asha', { password: 'found the way back' })).reply.user.role).toBe('owner')
  await client(`select set_config('app.tenant_id', (select tenant_id::text from tenant), true);
    insert into second_step (tenant_id, user_id, kind, created_at, confirmed_at) select tenant_id, id, 'email', now(), now() from user_account`)
  const isIn = () => logInTo(`${server?.url}/o/seva`, 'asha', { password: 'found the way back' }).then(() => true, () => false)
  expect(await isIn()).toBe(false)
  expect(await run('recover-user', ['--office', 'seva', '--login', 'asha', '--without-steps'], testSecretKey)).toMatchObject({ code: 0 })
  expect(await isIn()).toBe(true)
  expect(await run('recover-user', ['--office', 'seva', '--login', 'nobody'])).toMatchObject({ code: 1, text: expect.stringContaining('no person') })
})

test.each([
  ['without a name it says how it is used', [], /create --slug/],
  [
    'a short name that is taken is named',
    ['--slug', 'seva', '--name', 'Other', '--prefix', 'OTH', '--login', 'ravi', '--owner', 'Ravi'],
    /slug: Another office/
  ],
  [
    'a bad login is refused before anything is made',
    ['--slug', 'third', '--name', 'Third', '--prefix', 'THI', '--login', 'r v', '--owner', 'Ravi'],
    /login: /
  ]
])('%s', async (_what, args, message) => {
  const { code, text } = await run('tenant', ['create', ...args])
  expect([code, text]).toEqual([1, expect.stringMatching(message)])
  const offices = await asOperator(
    database,
    '00000000-0000-7000-8000-000000000000',
    async (client) => (await client.query('select slug from tenant')).rows
  )
  expect(offices).toEqual([{ slug: 'seva' }])
})

test('after a marked backup devices learn how far it reaches, and what came later is not promised', async () => {
  const sql = (name: string) => readFileSync(join(root, 'deploy/backup', name), 'utf8')
  const tenant = await makeTestTenant(database)
  const office = await makeOffice(database, tenant)
  const worker = await logInTo(`${server!.url}/o/${tenant.slug}`, 'field_worker')
  const first = await pushOnce(worker, [filing(office)])
  expect(first.durableTo.position).toBeNull()
  const ask = (text: string) =>
    asOperator(database, tenant.tenantId, (client) => client.query<{ pg_snapshot_xmin: string }>(text))
  await expect
    .poll(async () => Number((await ask(sql('reached-position.sql'))).rows[0]?.pg_snapshot_xmin))
    .toBeGreaterThan(Number(first.verdicts[0]?.receipt?.position))
  const position = String((await ask(sql('reached-position.sql'))).rows[0]?.pg_snapshot_xmin)
  const later = await pushOnce(worker, [filing(office)])
  await ask(sql('mark-position.sql').replace(":'position'", `'${position}'`))
  const { durableTo } = await pushOnce(worker, [filing(office)])
  expect(durableTo.position).toBe(position)
  expect(Number(first.verdicts[0]?.receipt?.position)).toBeLessThan(Number(position))
  expect(Number(later.verdicts[0]?.receipt?.position)).toBeGreaterThanOrEqual(Number(position))
})
