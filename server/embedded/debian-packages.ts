import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { LogLine } from './embedded-folders.ts'
import { withFolderLock } from './folder-lock.ts'
import { missingPrograms } from './program-path.ts'

const run = promisify(execFile)
const runLimits = { timeout: 10 * 60_000, maxBuffer: 32 * 1024 * 1024 }
const listsMaxAgeMs = 24 * 60 * 60_000

export interface DebianUnpacking {
  /** Package names; what they need and the machine lacks comes along. */
  readonly names: readonly string[]
  /** Folder that holds the unpacked tree afterwards; its parent also keeps the package lists. */
  readonly into: string
  readonly log: LogLine
}

/** Lists and archives of our own: needs no root and touches nothing of the system. */
function aptOptions(apt: string): string[] {
  return ['-q', '-o', `Dir::State=${apt}/state`, '-o', 'Dir::State::status=/var/lib/dpkg/status', '-o', `Dir::Cache=${apt}/cache`,
    '-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=', '-o', 'Acquire::Retries=3', '-o', 'Acquire::http::Timeout=30']
}

function listsAreFresh(stamp: string): boolean {
  return existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < listsMaxAgeMs
}

async function refreshLists(apt: string): Promise<void> {
  await run('apt-get', [...aptOptions(apt), 'update'], runLimits)
  writeFileSync(join(apt, 'updated'), '')
  const now = new Date()
  utimesSync(join(apt, 'updated'), now, now)
}

/** `install --download-only` brings missing dependencies; where dpkg's own state is broken, the named ones alone must do. */
async function fetchPackages(apt: string, archives: string, names: readonly string[]): Promise<void> {
  const options = [...aptOptions(apt), '-o', `Dir::Cache::archives=${archives}`]
  try {
    await run('apt-get', [...options, 'install', '-y', '--no-install-recommends', '--reinstall', '--download-only', ...names], runLimits)
  } catch {
    await run('apt-get', [...options, 'download', ...names], { ...runLimits, cwd: archives })
  }
}

async function fetchWithFreshLists(apt: string, archives: string, names: readonly string[]): Promise<void> {
  for (const folder of [join(apt, 'state/lists/partial'), join(apt, 'cache'), join(archives, 'partial')]) mkdirSync(folder, { recursive: true })
  const fresh = listsAreFresh(join(apt, 'updated'))
  if (!fresh) await refreshLists(apt)
  try {
    await fetchPackages(apt, archives, names)
  } catch (error) {
    if (!fresh) throw error
    await refreshLists(apt)
    await fetchPackages(apt, archives, names)
  }
}

async function unpackAll(draft: string, { names, into }: DebianUnpacking): Promise<void> {
  const archives = join(draft, '.archives')
  await fetchWithFreshLists(join(dirname(into), 'apt'), archives, names)
  const files = readdirSync(archives).filter((name) => name.endsWith('.deb'))
  for (const file of files) await run('dpkg', ['-x', join(archives, file), draft], runLimits)
  rmSync(archives, { recursive: true, force: true })
  writeFileSync(join(draft, '.complete'), `${files.sort().join('\n')}\n`)
  rmSync(into, { recursive: true, force: true })
  renameSync(draft, into)
}

function reasonOf(error: unknown): string {
  const text = (error as { stderr?: string }).stderr || (error as Error).message
  return text.trim().split('\n').find((line) => line.startsWith('E:')) ?? text.trim().split('\n').at(-1) ?? ''
}

/**
 * Downloads Debian packages and unpacks them into `into` without installing them; works as root and as a plain user.
 * Done once: a complete folder is left alone. Two callers at once wait for each other.
 * Throws one sentence that says what to install by hand.
 */
export async function unpackDebianPackages(wanted: DebianUnpacking): Promise<void> {
  const isComplete = () => existsSync(join(wanted.into, '.complete'))
  if (isComplete()) return
  const list = wanted.names.join(' ')
  const missing = missingPrograms(['apt-get', 'dpkg'])
  if (missing.length > 0) throw new Error(`This machine has no ${missing.join(' and no ')}, so ${list} cannot be fetched; install ${list} by hand and try again.`)
  await withFolderLock(join(dirname(wanted.into), 'unpacking.lock'), async () => {
    if (isComplete()) return
    wanted.log(`Downloading ${list} from the Debian archive (once)`)
    const draft = `${wanted.into}.new`
    rmSync(draft, { recursive: true, force: true })
    try {
      await unpackAll(draft, wanted)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      throw new Error(`${list} could not be downloaded (${reasonOf(error)}); check the network, or install ${list} by hand.`, { cause: error })
    }
  })
}
