import { mkdtempSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { environmentSchema, configTable, readConfig } from '#server/config.ts'
import { healthRouter } from '#server/http/observability/health.ts'
import { roleUrls } from '#server/postgres/role-urls.ts'
import serverBuild from '../vite.server.config.ts'
import commandsBuild from '../vite.commands.config.ts'
import { readCompose, type ComposeService } from './compose-schema.ts'
import { makeDeploySecrets } from './deploy-secrets.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const document = parse(read('docker-compose.yml'), { merge: true }) as Record<string, unknown>
const compose = readCompose(document)
const services = Object.entries(compose.services)
const ours = services.filter(([, service]) => service.build !== undefined)
const running = ours.filter(([name]) => name !== 'migrate')
const environmentOf = (service: ComposeService) => Object.entries(service.environment ?? {})

const secrets = mkdtempSync(join(tmpdir(), 'deploy-secrets-'))
const dotEnv = makeDeploySecrets(secrets)
afterAll(() => rmSync(secrets, { recursive: true, force: true }))

/** What Compose puts in place of `${NAME:-fallback}`. */
function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+):-([^}]*)\}/g, (_all, name: string, fallback: string) => values[name] || fallback)
}

function environmentInside(service: ComposeService, values: Readonly<Record<string, string>>): Record<string, string> {
  const entries = environmentOf(service).map(([key, value]) => [
    key,
    interpolate(value, values).replace('/run/secrets', secrets)
  ])
  return Object.fromEntries(entries) as Record<string, string>
}

const given = {
  PUBLIC_URL: 'https://seva.example',
  VAPID_SUBJECT: 'mailto:help@seva.example',
  ...Object.fromEntries(dotEnv.map((line) => line.split('=')))
}

describe('docker-compose.yml', () => {
  test('is refused by its schema when a key is misspelt', () => {
    const broken = structuredClone(document) as { services: Record<string, Record<string, unknown>> }
    broken.services['worker']!['read_olny'] = true
    expect(() => readCompose(broken)).toThrow(/read_olny/)
  })

  test('holds the production shape', () => {
    expect(Object.keys(compose.services).sort()).toEqual([
      'migrate',
      'nginx',
      'postgres',
      'redis',
      'scheduler',
      'web-1',
      'web-2',
      'worker'
    ])
    const roles = running.map(([name, service]) => [name, service.environment?.['ROLES']])
    expect(Object.fromEntries(roles)).toEqual({
      'web-1': 'web',
      'web-2': 'web',
      worker: 'worker',
      scheduler: 'scheduler'
    })
  })

  test.each(services)('%s is locked down: pinned, not root, read-only, no capabilities, watched', (name, service) => {
    expect(service.image).toMatch(/^[a-z]+:\d+\.\d+\.\d+(-[a-z0-9]+)?$|^postgres:\d+\.\d+-[a-z]+$/)
    expect(service.user).not.toMatch(/^0:|:0$/)
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
    expect(service.restart).toBe(name === 'migrate' ? 'no' : 'unless-stopped')
    expect('test' in service.healthcheck).toBe(name !== 'migrate')
  })

  test.each(ours)('%s names only variables that the code reads, and files only for secrets', (_name, service) => {
    const secretKeys = configTable()
      .filter(({ secret }) => secret)
      .map(({ key }) => `${key}_FILE`)
    const known = [...Object.keys(environmentSchema.shape), ...secretKeys]
    for (const [key] of environmentOf(service)) expect(known).toContain(key)
    const open = environmentOf(service)
      .map(([key]) => key)
      .filter((key) => secretKeys.includes(`${key}_FILE`))
    expect(open).toEqual([])
  })

  test.each(ours)('%s starts with the configuration that make-secrets and .env give it', (_name, service) => {
    expect(() => readConfig(environmentInside(service, given))).not.toThrow()
  })

  test('nothing starts without the address, the push key and a contact, and the process names what is missing', () => {
    for (const key of ['PUBLIC_URL', 'VAPID_PUBLIC_KEY', 'VAPID_SUBJECT']) {
      const values = environmentInside(compose.services['web-1']!, { ...given, [key]: '' })
      expect(() => readConfig(values)).toThrow(new RegExp(`^  ${key}: `, 'm'))
    }
  })

  test('only migrate holds the address of the owner, and the others log in with the passwords that it sets', () => {
    const config = readConfig(environmentInside(compose.services['migrate']!, given))
    const { app, relay, directory } = roleUrls(config.DATABASE_URL ?? '', config.ROLE_SECRET)
    for (const [, service] of running) {
      const held = readConfig(environmentInside(service, given))
      expect(held.DATABASE_URL).toBeUndefined()
      expect([held.APP_DATABASE_URL, held.RELAY_DATABASE_URL, held.DIRECTORY_DATABASE_URL]).toEqual([
        app,
        relay,
        directory
      ])
    }
    expect(new URL(config.DATABASE_URL ?? '').hostname).toBe('postgres')
  })

  test('every secret that is read is given, every secret that is given exists, and those of TLS alone are brought by hand', () => {
    const used = new Set(services.flatMap(([, service]) => service.secrets ?? []))
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort())
    for (const [, service] of services) {
      const text = JSON.stringify([service.environment, service.command, service.healthcheck])
      for (const [, name] of text.matchAll(/\/run\/secrets\/(\w+)/g)) expect(service.secrets).toContain(name)
    }
    const byHand = Object.entries(compose.secrets).filter(
      ([, { file }]) => !existsSync(join(secrets, file.replace('./secrets/', '')))
    )
    expect(byHand.map(([name]) => name)).toEqual(['tls_certificate', 'tls_key'])
  })

  test('secrets are made once, differ from each other and lie in a folder that is closed to others', () => {
    const before = Object.keys(compose.secrets)
      .filter((name) => !name.startsWith('tls'))
      .map((name) => readFileSync(join(secrets, name), 'utf8'))
    expect(makeDeploySecrets(secrets)).toEqual(dotEnv)
    const again = Object.keys(compose.secrets)
      .filter((name) => !name.startsWith('tls'))
      .map((name) => readFileSync(join(secrets, name), 'utf8'))
    expect(again).toEqual(before)
    const filled = before.filter((text) => text !== '')
    expect(new Set(filled).size).toBe(filled.length)
    expect(statSync(secrets).mode & 0o777).toBe(0o700)
  })

  test('whoever is waited for exists and can be found healthy, or ends', () => {
    for (const [, service] of services) {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        const target = compose.services[name]
        expect(target).toBeDefined()
        if (condition === 'service_healthy') expect(target).toHaveProperty('healthcheck.test')
        if (condition === 'service_completed_successfully') expect(target).toMatchObject({ restart: 'no' })
      }
    }
  })

  test('only the proxy can be reached from outside, and only the worker reaches out', () => {
    expect(services.filter(([, service]) => service.ports).map(([name]) => name)).toEqual(['nginx'])
    const open = Object.entries(compose.networks)
      .filter(([, network]) => !network.internal)
      .map(([name]) => name)
    const reaching = services
      .filter(([, service]) => service.networks.some((name) => open.includes(name)))
      .map(([name]) => name)
    expect(reaching.sort()).toEqual(['nginx', 'worker'])
    const joined = new Set(services.flatMap(([, service]) => service.networks))
    expect([...joined].sort()).toEqual(Object.keys(compose.networks).sort())
  })

  test('what must last is in a volume, and mounted files exist', () => {
    const mounts = services.flatMap(([name, service]) =>
      (service.volumes ?? []).map((mount) => [name, ...mount.split(':')])
    )
    for (const [, source = ''] of mounts)
      expect(source.startsWith('./') ? existsSync(join(root, source)) : source in compose.volumes).toBe(true)
    expect(mounts).toContainEqual(['postgres', 'database', '/var/lib/postgresql'])
    expect(mounts).toContainEqual(['redis', 'queues', '/data'])
    for (const [name, service] of running)
      expect(mounts).toContainEqual([name, 'files', service.environment?.['DATA_DIR']])
  })

  test('Redis keeps its queues and never drops a key', () => {
    expect(compose.services['redis']?.command?.join(' ')).toMatch(/--appendonly yes --maxmemory-policy noeviction/)
  })

  test.each(running)(
    '%s is given longer to stop than it takes, and is asked for an address that exists',
    (_name, service) => {
      expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThan(25)
      const words = 'test' in service.healthcheck ? service.healthcheck.test : []
      const url = new URL(words.at(-1) ?? '')
      expect(healthPaths()).toContain(url.pathname)
      expect(url.port).toBe(service.environment?.['PORT'])
      expect(existsSync(join(root, words[2] ?? ''))).toBe(true)
    }
  )

  test('every command is a file that the image builds', () => {
    const made = builtFiles()
    const commands = ours.flatMap(([, service]) => (service.command ? [service.command] : []))
    expect(commands).toEqual([['node', 'dist/commands/migrate.js']])
    for (const [, file = ''] of commands) expect(made).toContain(file)
    expect(read('deploy/Dockerfile')).toContain('CMD ["node", "dist/server/main.js"]')
    expect(made).toContain('dist/server/main.js')
  })
})

function healthPaths(): string[] {
  const { stack } = healthRouter({} as Parameters<typeof healthRouter>[0])
  return stack.flatMap(({ route }) => (route ? [route.path] : []))
}

/** The files that the two builds of the Dockerfile write, for those of their sources that exist. */
function builtFiles(): string[] {
  const commands = commandsBuild.build?.rolldownOptions?.input as string[]
  const [server] = [serverBuild.build?.rolldownOptions?.output].flat()
  return [
    ...commands.filter((path) => existsSync(path)).map((path) => path.replace(/.*\/(.+)\.ts$/, 'dist/commands/$1.js')),
    ...(existsSync(join(root, String(serverBuild.build?.ssr)))
      ? [`${serverBuild.build?.outDir}/${String(server?.entryFileNames)}`]
      : [])
  ]
}
