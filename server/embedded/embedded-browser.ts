import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { unpackDebianPackages } from './debian-packages.ts'
import { defaultCacheDir, type LogLine } from './embedded-folders.ts'
import { withFolderLock } from './folder-lock.ts'
import { findProgram } from './program-path.ts'

const run = promisify(execFile)
const systemChromium = '/usr/bin/chromium'
const systemFonts = '/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf'
const installLimits = { timeout: 15 * 60_000, maxBuffer: 64 * 1024 * 1024 }

export interface BrowserOptions {
  readonly log: LogLine
  /** A browser the caller was told to use; must exist. */
  readonly chromium?: string | undefined
  readonly cacheDir?: string
}

async function installAsRoot(log: LogLine): Promise<boolean> {
  if (process.getuid?.() !== 0 || findProgram('apt-get') === null) return false
  log('Installing the chromium browser for the journeys (once, some 120 MB)')
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
  try {
    await run(environment[0]!, [...environment.slice(1), 'update'], installLimits)
    await run(environment[0]!, [...environment.slice(1), 'install', '-y', '--no-install-recommends', 'chromium'], installLimits)
  } catch {
    log('It could not be installed; unpacking it instead')
  }
  return existsSync(systemChromium)
}

async function unpackChromium(cacheDir: string, log: LogLine): Promise<string> {
  const into = join(cacheDir, 'chromium')
  const launcher = join(cacheDir, 'chromium-launcher')
  await unpackDebianPackages({ names: ['chromium', 'chromium-common'], into, log })
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu/pulseaudio'].map((path) => join(into, path)).join(':')
  writeFileSync(launcher, `#!/bin/sh\nexport LD_LIBRARY_PATH='${libraries}'\nexec '${into}/usr/lib/chromium/chromium' "$@"\n`, { mode: 0o755 })
  return launcher
}

/**
 * The path of a full chromium (not headless-shell: that has no background sync): the one given, the system's,
 * else installed by apt as root, else unpacked into the cache. Throws a sentence when none can be had.
 */
export async function findOrInstallChromium({ log, chromium, cacheDir = defaultCacheDir }: BrowserOptions): Promise<string> {
  if (chromium) {
    if (existsSync(chromium)) return chromium
    throw new Error(`The browser ${chromium} does not exist; correct CHROMIUM_PATH or leave it out.`)
  }
  if (existsSync(systemChromium)) return systemChromium
  const cache = resolve(cacheDir)
  return withFolderLock(join(cache, 'chromium.lock'), async () => {
    if (existsSync(systemChromium)) return systemChromium
    const unpacked = existsSync(join(cache, 'chromium/.complete'))
    if (!unpacked && await installAsRoot(log)) return systemChromium
    return unpackChromium(cache, log)
  })
}

/**
 * A fontconfig file under which Latin and every Indic script draw, for FONTCONFIG_FILE;
 * null when the system has the fonts itself. Without them Devanagari or Tamil show as empty boxes.
 */
export async function findOrUnpackFonts({ log, cacheDir = defaultCacheDir }: Omit<BrowserOptions, 'chromium'>): Promise<string | null> {
  if (existsSync(systemFonts)) return null
  const cache = resolve(cacheDir)
  const into = join(cache, 'fonts')
  await unpackDebianPackages({ names: ['fonts-noto-core'], into, log })
  const file = join(cache, 'fonts.conf')
  mkdirSync(join(cache, 'fontconfig'), { recursive: true })
  writeFileSync(file, `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${into}/usr/share/fonts</dir>
  <cachedir>${join(cache, 'fontconfig')}</cachedir>
</fontconfig>
`)
  return file
}
