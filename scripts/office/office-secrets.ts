import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import webPush from 'web-push'
import { makeSecret, writePrivateFile } from '#server/embedded/secret-file.ts'

const secretMakers = {
  SECRET_KEY: makeSecret,
  ROLE_SECRET: makeSecret,
}

/**
 * The secrets of this machine's office, made once and kept in `secrets.json` (0600) of the data folder.
 * One that stands in the environment wins. Throws a sentence when the file is damaged.
 */
export function keepOfficeSecrets(dataDir: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const path = join(dataDir, 'secrets.json')
  const kept = readKept(path)
  const secrets: Record<string, string> = { ...kept }
  for (const [name, make] of Object.entries(secretMakers)) secrets[name] ??= make()
  if (!secrets['VAPID_PUBLIC_KEY']) {
    const { publicKey, privateKey } = webPush.generateVAPIDKeys()
    Object.assign(secrets, { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey })
  }
  if (Object.keys(secrets).length > Object.keys(kept).length) writePrivateFile(path, `${JSON.stringify(secrets, null, 2)}\n`)
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, env[name] || value]))
}

function readKept(path: string): Record<string, string> {
  if (!existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  } catch (error) {
    throw new Error(`${path} is damaged. Put it back from a backup; deleting it ends every session and makes stored push keys useless.`, { cause: error })
  }
}
