import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { brotliBytes, firstLoad, rawBytes } from './bundle-graph.ts'
import { type CheckResult, runAsProgram } from './check-result.ts'
import { isBuilt, listFiles } from './source-files.ts'
import { precachedUrls } from './precache-list.ts'

type Budget = { app: string; what: string; limit: number; measure: (dist: string) => number }

const kB = 1000

/** DESIGN's budgets for the first load, brotli, in bytes (1 kB = 1,000). Lazy pages count with the heaviest one. */
export const budgets: Budget[] = [
  { app: 'portal', what: 'scripts and styles', limit: 45 * kB, measure: (dist) => brotliBytes(dist, firstLoad(dist).all) },
  { app: 'field', what: 'scripts', limit: 160 * kB, measure: (dist) => brotliBytes(dist, firstLoad(dist).scripts) },
  { app: 'admin', what: 'scripts and styles', limit: 220 * kB, measure: (dist) => brotliBytes(dist, firstLoad(dist).all) }
]
const precacheTotal = 1200 * kB
const precacheEntry = 300 * kB

/** Builds what is missing or changed, then holds each app against its budget and the precache against its limits. */
export function checkBundles(root: string): CheckResult {
  if (!isBuilt(root)) return { problems: [], summary: 'bundles: no apps yet' }
  const apps = budgets.filter(({ app }) => listFiles(root, `client/apps/${app}`).length > 0)
  const absent = budgets.filter((budget) => !apps.includes(budget)).map(({ app }) => `bundles: client/apps/${app} is empty`)
  const failures = build(root, apps.map(({ app }) => app))
  if (failures.length > 0) return { problems: [...absent, ...failures], summary: 'bundles: not measured' }
  const results = apps.map((budget) => measureApp(root, budget))
  const problems = [...absent, ...results.flatMap((result) => result.problems), ...checkPrecache(join(root, 'dist/field'))]
  return { problems, summary: `bundles: ${results.map((result) => result.summary).join(', ')}` }
}

function measureApp(root: string, { app, what, limit, measure }: Budget): CheckResult {
  const dist = join(root, 'dist', app)
  if (!existsSync(dist)) return { problems: [`bundles: dist/${app} is missing, run npm run build`], summary: `${app} missing` }
  const bytes = measure(dist)
  const problems = []
  if (bytes === 0) problems.push(`bundles: no first-load file found in dist/${app}`)
  if (bytes > limit) problems.push(`bundles: ${app} loads ${bytes} bytes of ${what}, ${limit} at most`)
  return { problems, summary: `${app} ${(bytes / kB).toFixed(1)} of ${limit / kB} kB` }
}

/** The browser skips an entry above its cap without a word and the app starts blank: so the limits are checked here, uncompressed. */
export function checkPrecache(dist: string): string[] {
  if (!existsSync(dist)) return []
  const urls = precachedUrls(dist)
  if (urls.length === 0) return ['precache: the field service worker lists no file']
  const missing = urls.filter((url) => !existsSync(join(dist, url)))
  const sizes = urls.filter((url) => !missing.includes(url)).map((url) => ({ url, bytes: rawBytes(dist, url) }))
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    ...missing.map((url) => `precache: ${url} is listed but not built`),
    ...sizes.filter(({ bytes }) => bytes > precacheEntry).map(({ url, bytes }) => `precache: ${url} has ${bytes} bytes, ${precacheEntry} at most`),
    ...(total > precacheTotal ? [`precache: ${total} bytes in all, ${precacheTotal} at most`] : [])
  ]
}

/** Builds what changed since its last build; says what went wrong. */
function build(root: string, apps: string[]): string[] {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', ...apps], { cwd: root, encoding: 'utf8' })
  return status === 0 ? [] : [`bundles: npm run build failed\n${stderr}`]
}

await runAsProgram(import.meta.url, checkBundles)
