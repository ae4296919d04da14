import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import webPush from 'web-push'
import { makeSecret } from '#server/embedded/secret-file.ts'
import { roleUrls } from '#server/postgres/role-urls.ts'

/**
 * Writes the secret files that docker-compose.yml names, except those of TLS, into `folder`; what is there already stays.
 * Returns the lines for the `.env` file beside docker-compose.yml.
 * The folder is closed to others and its files are readable: the containers see single files, each as its own user.
 */
export function makeDeploySecrets(folder: string): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const keep = (name: string, make: () => string): string => {
    const path = join(folder, name)
    if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o444, flag: 'wx' })
    return readFileSync(path, 'utf8').trim()
  }
  keep('secret_key', makeSecret)
  keep('metrics_token', makeSecret)
  keepDatabase(keep)
  const redisPassword = keep('redis_conf', () => `requirepass ${makeSecret()}`).replace('requirepass ', '')
  keep('redis_url', () => `redis://:${redisPassword}@redis:6379`)
  for (const name of ['smtp_url', 'sms_token']) keep(name, () => '')
  return [`VAPID_PUBLIC_KEY=${keepPushKeys(keep)}`]
}

type Keep = (name: string, make: () => string) => string

function keepDatabase(keep: Keep): void {
  const owner = keep(
    'database_url',
    () => `postgres://postgres:${keep('postgres_password', makeSecret)}@postgres:5432/sampark`
  )
  const { app, relay, directory } = roleUrls(owner, keep('role_secret', makeSecret))
  keep('app_database_url', () => app)
  keep('relay_database_url', () => relay)
  keep('directory_database_url', () => directory)
}

function keepPushKeys(keep: Keep): string {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys()
  keep('vapid_private_key', () => privateKey)
  return keep('vapid_public_key', () => publicKey)
}
