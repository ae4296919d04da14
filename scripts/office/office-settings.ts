import { resolve } from 'node:path'

/** What a person can set for `npm start`; everything else has a default that works on a bare machine. */
export interface OfficeSettings {
  readonly dataDir: string
  readonly cacheDir: string
  /** Address the server binds; loopback unless HOST is set. */
  readonly host: string
  readonly isLoopback: boolean
  /** 0 picks a free one. */
  readonly port: number
  /** Owner's URL of a Postgres of the person's own, or null for the embedded one. */
  readonly databaseUrl: string | null
  readonly redisUrl: string | null
}

const loopback = ['127.0.0.1', 'localhost', '::1']

function readPort(text: string | undefined): number {
  const port = Number(text ?? '8080')
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`PORT must be a number from 0 to 65535; it is "${text}".`)
}

/** Reads the settings of `npm start` from the environment. Throws a sentence naming the wrong one. */
export function readOfficeSettings(root: string, env: NodeJS.ProcessEnv): OfficeSettings {
  const host = env['HOST'] || '127.0.0.1'
  return {
    dataDir: resolve(root, env['DATA_DIR'] || '.data'),
    cacheDir: resolve(root, env['SAMPARK_CACHE_DIR'] || '.cache'),
    host,
    isLoopback: loopback.includes(host),
    port: readPort(env['PORT'] || undefined),
    databaseUrl: env['DATABASE_URL'] || null,
    redisUrl: env['REDIS_URL'] || null,
  }
}
