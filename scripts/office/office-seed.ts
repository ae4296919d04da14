import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Fills a new database with the demo office, in a process of its own with `env`. Throws when the seed fails. */
export async function seedDemoOffice(root: string, env: Record<string, string>): Promise<void> {
  const seed = spawn(process.execPath, ['--import', 'tsx', join(root, 'scripts/seed.ts'), '--demo'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = await once(seed, 'exit') as [number | null]
  if (code !== 0) throw new Error('The demo office could not be made; the reason stands above. The next start tries again from nothing.')
}
