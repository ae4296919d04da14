import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { endChildrenOnSignals, runNode } from './child-process.mjs'
import { installPackages, root } from './install.mjs'

const everywhere = ['package.json', 'package-lock.json', 'tsconfig.json', 'shared']
const appParts = ['vite.config.ts', 'client', ...everywhere]

/** What each target is made from (a change rebuilds it), the file that proves it, and how it is made. */
const targets = [
  ...['field', 'portal', 'admin'].map((app) => ({
    name: app,
    sources: appParts,
    proof: app === 'portal' ? 'manifest.json' : 'index.html',
    args: [],
    env: { SAMPARK_APP: app },
  })),
  { name: 'server', sources: ['vite.server.config.ts', 'server', ...everywhere], proof: 'main.js', args: ['--config', 'vite.server.config.ts'], env: {} },
]

export const targetNames = targets.map(({ name }) => name)

function filesBelow(path) {
  const full = join(root, path)
  if (!existsSync(full)) return []
  const entries = readdirSync(full, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts')).map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort()
}

function hashOf(sources) {
  const hash = createHash('sha256').update(process.versions.node)
  for (const source of sources) {
    const full = join(root, source)
    const files = /\.\w+$/.test(source) ? [full].filter((file) => existsSync(file)) : filesBelow(source)
    for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}

async function buildTarget(target, log) {
  const record = join(root, 'dist', `.${target.name}.hash`)
  const hash = hashOf(target.sources)
  const isBuilt = existsSync(join(root, 'dist', target.name, target.proof))
  if (isBuilt && existsSync(record) && readFileSync(record, 'utf8') === hash) return
  log(`Building ${target.name}`)
  mkdirSync(join(root, 'dist'), { recursive: true })
  rmSync(record, { force: true })
  const { code, output } = await runNode(join(root, 'node_modules/vite/bin/vite.js'), ['build', '--logLevel', 'warn', ...target.args], {
    cwd: root,
    quiet: true,
    env: { ...target.env, NODE_ENV: 'production', NO_COLOR: '1' },
  })
  if (code !== 0) throw new Error(`Building ${target.name} failed:\n${stripVTControlCharacters(output).split('\n    at ')[0].trim()}`)
  writeFileSync(record, hash)
}

/** Builds those targets (default: all) whose sources changed since they were built last, two at a time. Throws what vite said. */
export async function buildTargets(log, names = targetNames) {
  const queue = targets.filter(({ name }) => names.includes(name))
  const failures = []
  const worker = async () => {
    for (let target = queue.shift(); target; target = queue.shift()) await buildTarget(target, log).catch((error) => failures.push(error.message))
  }
  await Promise.all([worker(), worker()])
  if (failures.length > 0) throw new Error(failures.join('\n'))
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  endChildrenOnSignals()
  const names = process.argv.slice(2)
  try {
    await installPackages(console.log)
    await buildTargets(console.log, names.length > 0 ? names : targetNames)
    console.log(`Built: ${names.length > 0 ? names.join(', ') : targetNames.join(', ')} (in dist/)`)
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
