import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { z } from 'zod'
import { splitList } from './ports/derive-key.ts'
import { dataKeysProblem } from './ports/key-ring.ts'
import { roleUrls } from './postgres/role-urls.ts'

export const processRoles = ['web', 'worker', 'scheduler'] as const
export type ProcessRole = (typeof processRoles)[number]

/** Secret keys that stand in examples and are no secret. */
const knownSecrets = new Set(['c2FtcGFyay1kZW1vLXNlY3JldC1rZXktZG8tbm90LXVzZQ'])

const flag = z.enum(['0', '1']).transform((value) => value === '1')
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' })
const wholeNumber = (max: number) => z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().max(max))
const secret = <S extends z.ZodType>(schema: S): S => schema.meta({ secret: true }) as S
const optional = <S extends z.ZodType>(schema: S) => schema.optional()

/**
 * Every key, with what it means: README's table is held against this. Keys marked as secret can be given as
 * `<KEY>_FILE`, the path of a file that holds the value. An empty value counts as not given.
 */
export const environmentSchema = z.object({
  PORT: wholeNumber(65_535).prefault('8080').describe('Port of the web role. 0 picks a free one.'),
  HOST: z.string().prefault('127.0.0.1').describe('Address to listen on. Anything but loopback is production: no demo, https only.'),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })).describe('Address people type, used in links. Default: http://localhost and the port.'),
  DATABASE_URL: optional(secret(postgresUrl)).describe('Postgres as the owner, for migrations. The addresses of the other roles are derived from it.'),
  APP_DATABASE_URL: optional(secret(postgresUrl)).describe('Postgres as sampark_app, where it cannot be derived.'),
  RELAY_DATABASE_URL: optional(secret(postgresUrl)).describe('Postgres as sampark_relay, where it cannot be derived.'),
  DIRECTORY_DATABASE_URL: optional(secret(postgresUrl)).describe('Postgres as sampark_directory, where it cannot be derived.'),
  ROLE_SECRET: optional(secret(z.string().min(16))).describe('Passwords of the database roles are derived from it. Default: derived from SECRET_KEY.'),
  REDIS_URL: secret(z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' })).prefault('redis://127.0.0.1:6379').describe('Redis for queues, pokes and limits.'),
  DATA_DIR: z.string().prefault('.data').describe('Folder for uploaded files.'),
  SECRET_KEY: secret(z.string().refine(isLongKey, 'must be at least 32 random bytes in base64url')).describe('Tokens and links are signed with keys derived from it. At least 32 random bytes in base64url.'),
  DATA_KEYS: optional(secret(z.string().refine((text) => dataKeysProblem(text) === null, 'must be a list of id:key with keys of 32 random bytes in base64url'))).describe('Keys that contacts are sealed with, as id:key,id:key; the first seals, the others still open. Default: one derived from SECRET_KEY.'),
  SECRET_KEY_PREVIOUS: optional(secret(z.string().refine((text) => splitList(text).every(isLongKey), 'must be one key or several with commas between, each at least 32 random bytes in base64url'))).describe('The SECRET_KEYs before, newest first, with commas between: logins, links, codes, second steps, upload tokens and tracking passes made with them go on working until they end; receipts, audit, contacts and rescue files from their time are checked and opened with them. Nothing new is made with them.'),
  ROLES: z.string().prefault('web,worker,scheduler').transform(splitList).pipe(z.array(z.enum(processRoles)).min(1)).describe('What this process does: web, worker, scheduler.'),
  TRUST_PROXY: wholeNumber(10).prefault('0').describe('How many proxies in front are believed in X-Forwarded-*.'),
  RATE_LIMIT_SCALE: wholeNumber(1_000).refine((scale) => scale > 0, 'must be 1 or more').prefault('1').describe('Multiplies the limits of routes that state none; for load tests from one address.'),
  METRICS_TOKEN: optional(secret(z.string().min(16))).describe('Bearer token that opens /metrics from other machines. Without it: loopback only.'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).prefault('info').describe('Least level that is logged.'),
  DEMO: flag.prefault('0').describe('1 allows the demo users to log in.'),
  SMTP_URL: optional(secret(z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// address' }))).describe('Mail server. Without it no e-mail goes out, and the Outgoing page says so.'),
  MAIL_FROM: z.string().prefault('Sampark <no-reply@localhost>').describe('Sender of e-mails.'),
  SMS_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })).describe('HTTP address of the SMS provider. Without it no SMS goes out.'),
  SMS_TOKEN: optional(secret(z.string())).describe('Bearer token for the SMS provider.'),
  VAPID_SUBJECT: optional(z.string().regex(/^(mailto:|https:)/, 'must start with mailto: or https:')).describe('Contact that push services see.'),
  VAPID_PUBLIC_KEY: optional(z.string()).describe('Public key for web push, base64url.'),
  VAPID_PRIVATE_KEY: optional(secret(z.string())).describe('Private key for web push, base64url.'),
  S3_ENDPOINT: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) address' })).describe('S3-compatible storage for files, instead of DATA_DIR.'),
  S3_BUCKET: optional(z.string().regex(/^[a-z0-9][a-z0-9.-]{2,62}$/, 'must be the name of a bucket')).describe('Bucket of the files.'),
  S3_REGION: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be the name of a region').prefault('us-east-1').describe('Region that requests to the storage are signed for.'),
  S3_ACCESS_KEY: optional(z.string()).describe('Id of the key to the storage.'),
  S3_SECRET_KEY: optional(secret(z.string())).describe('Key to the storage.'),
  CLAMD_ADDRESS: optional(z.string().regex(/^(\/.+|[^:/\s]+:\d{1,5}|\[[0-9a-f:]+\]:\d{1,5})$/i, 'must be host:port or the path of a socket')).describe('Virus scanner (clamd), as host:port or the path of its socket. Each photo is shown to it first; while it is away, photos wait.'),
  AUDIT_KEEP_DAYS: wholeNumber(36_500).prefault('2555').refine((days) => days >= 366, 'must be 366 or more').describe('Days that the audit keeps its sealed entries; at least 366. Default: seven years.'),
  BACKUP_MARK_DAYS: wholeNumber(365).prefault('14').describe('Days that devices keep what they sent, where no backup mark is set.')
})

type Environment = z.infer<typeof environmentSchema>

export interface Config extends Omit<Environment, 'PUBLIC_URL' | 'APP_DATABASE_URL' | 'RELAY_DATABASE_URL' | 'DIRECTORY_DATABASE_URL' | 'ROLE_SECRET'> {
  readonly PUBLIC_URL: string
  readonly APP_DATABASE_URL: string
  readonly RELAY_DATABASE_URL: string
  readonly DIRECTORY_DATABASE_URL: string
  readonly ROLE_SECRET: string
  /** Where secrets came from a file: it is read again when it changes, see `freshSecret`. */
  readonly SECRET_FILES: Readonly<Record<string, string>>
  /** Cookies carry `Secure` where the public address is https. */
  readonly COOKIE_SECURE: boolean
}

/** Every bad key in one error, one line each. Values are never repeated: they may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly keys: readonly string[]

  constructor(problems: readonly { key: string; message: string }[]) {
    super(['The configuration is not valid:', ...problems.map(({ key, message }) => `  ${key}: ${message}`)].join('\n'))
    this.keys = problems.map(({ key }) => key)
  }
}

/** Reads the configuration from `environment`; throws a ConfigError that names every bad key. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const { values, problems, files } = collectValues(environment)
  const parsed = environmentSchema.safeParse(values)
  if (!parsed.success) {
    const own = parsed.error.issues.map((issue) => ({ key: String(issue.path[0]), message: issue.message }))
    throw new ConfigError([...problems, ...own.filter(({ key }) => !problems.some((problem) => problem.key === key))])
  }
  const config = { ...complete(parsed.data), SECRET_FILES: files }
  const production = environment['NODE_ENV'] === 'production'
  problems.push(...databaseProblems(parsed.data), ...pushProblems(config), ...storageProblems(config), ...exposureProblems(config, production))
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** The configuration of this process. */
export function readProcessConfig(): Config {
  return readConfig(process.env)
}

/** Rows of README's configuration table. */
export function configTable(): { key: string; description: string; fallback: string; secret: boolean }[] {
  return Object.entries(environmentSchema.shape).map(([key, schema]) => {
    const empty = collectDefault(schema)
    return { key, description: schema.description ?? '', fallback: empty, secret: isSecret(schema) }
  })
}

interface Problem {
  key: string
  message: string
}

function collectValues(environment: Readonly<Record<string, string | undefined>>) {
  const values: Record<string, string> = {}
  const problems: Problem[] = []
  const files: Record<string, string> = {}
  for (const [key, schema] of Object.entries(environmentSchema.shape)) {
    const given = environment[key]?.trim()
    const file = isSecret(schema) ? environment[`${key}_FILE`]?.trim() : undefined
    if (given) values[key] = given
    else if (file) {
      const content = readSecretFile(file)
      if (content) {
        values[key] = content
        files[key] = file
      }
      else if (content === null) problems.push({ key, message: `the file that ${key}_FILE names cannot be read` })
    }
  }
  return { values, problems, files }
}

function readSecretFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}

function complete(given: Environment): Omit<Config, 'SECRET_FILES'> {
  const roleSecret = given.ROLE_SECRET ?? createHmac('sha256', given.SECRET_KEY).update('database roles').digest('base64url')
  const derived = given.DATABASE_URL ? roleUrls(given.DATABASE_URL, roleSecret) : { app: '', relay: '', directory: '' }
  const publicUrl = (given.PUBLIC_URL ?? `http://localhost:${given.PORT}`).replace(/\/+$/, '')
  return {
    ...given,
    PUBLIC_URL: publicUrl,
    APP_DATABASE_URL: given.APP_DATABASE_URL ?? derived.app,
    RELAY_DATABASE_URL: given.RELAY_DATABASE_URL ?? derived.relay,
    DIRECTORY_DATABASE_URL: given.DIRECTORY_DATABASE_URL ?? derived.directory,
    ROLE_SECRET: roleSecret,
    COOKIE_SECURE: publicUrl.startsWith('https:')
  }
}

function databaseProblems(given: Environment): Problem[] {
  const roles = [given.APP_DATABASE_URL, given.RELAY_DATABASE_URL, given.DIRECTORY_DATABASE_URL]
  if (given.DATABASE_URL !== undefined || roles.every((url) => url !== undefined)) return []
  return [{ key: 'DATABASE_URL', message: 'is needed, or all of APP_, RELAY_ and DIRECTORY_DATABASE_URL' }]
}

function pushProblems(config: Config): Problem[] {
  const keys = ['VAPID_SUBJECT', 'VAPID_PUBLIC_KEY', 'VAPID_PRIVATE_KEY'] as const
  const missing = keys.filter((key) => config[key] === undefined)
  if (missing.length === keys.length) return []
  return missing.map((key) => ({ key, message: 'is needed together with the other VAPID keys' }))
}

function storageProblems(config: Config): Problem[] {
  if (config.S3_ENDPOINT === undefined) return []
  const keys = ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const
  return keys.filter((key) => config[key] === undefined).map((key) => ({ key, message: 'is needed together with S3_ENDPOINT' }))
}

/** What must not be reachable from other machines, and what no production starts with wherever it listens. */
function exposureProblems(config: Config, production: boolean): Problem[] {
  const open = !isLoopback(config.HOST)
  const problems: Problem[] = []
  if (open && config.DEMO) problems.push({ key: 'DEMO', message: 'demo users are refused when HOST is not loopback' })
  if ((open || production) && knownSecrets.has(config.SECRET_KEY)) problems.push({ key: 'SECRET_KEY', message: 'is the one from the examples; make your own' })
  if (open && !config.COOKIE_SECURE) problems.push({ key: 'PUBLIC_URL', message: 'must be https when HOST is not loopback' })
  return problems
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}

function isLongKey(value: string): boolean {
  if (!/^[A-Za-z0-9_-]+$/.test(value)) return false
  const bytes = Buffer.from(value, 'base64url')
  return bytes.length >= 32 && new Set(bytes).size >= 8
}

function isSecret(schema: z.ZodType): boolean {
  const meta = schema.meta() as { secret?: boolean } | undefined
  if (meta?.secret) return true
  const inner = (schema.def as { innerType?: z.ZodType }).innerType
  return inner !== undefined && isSecret(inner)
}

function collectDefault(schema: z.ZodType): string {
  const { type, defaultValue, innerType } = schema.def as { type: string; defaultValue?: unknown; innerType?: z.ZodType }
  if (type === 'prefault') return String(defaultValue)
  return innerType ? collectDefault(innerType) : ''
}
