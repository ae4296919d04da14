import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

// npm run check: every gate, two at a time, one line each. `--only types-client,lint` runs some of them.
// A gate prints its full output only when it fails. The result stands in test-results/check.json as well.

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const atOnce = 2

const bin = (path, ...args) => ({ args: [join(root, 'node_modules', path), ...args] })
const check = (name) => ({ name, ...bin('tsx/dist/cli.mjs', `scripts/checks/check-${name}.ts`) })

/** `code` names the files a gate is about: while the product has none of them the gate is skipped, afterwards that is an error. */
const gates = [
  { name: 'types-server', code: /^server\//, ...bin('typescript/bin/tsc', '-p', 'tsconfig.json') },
  { name: 'types-client', code: /^client\//, ...bin('vue-tsc/bin/vue-tsc.js', '-p', 'client') },
  { name: 'lint', code: /^scripts\//, ...bin('eslint/bin/eslint.js', '.', '--max-warnings', '0') },
  { name: 'types-e2e', code: /^e2e\//, ...bin('typescript/bin/tsc', '-p', 'e2e') },
  { name: 'types-shared', code: /^shared\//, ...bin('typescript/bin/tsc', '-p', 'shared') },
  { name: 'types-worker', code: /^client\/(service-worker\/|apps\/\w+\/service-worker\.ts)/, ...bin('typescript/bin/tsc', '-p', 'client/service-worker') },
  check('type-coverage'),
  check('walls'),
  check('shape'),
  check('licences'),
  check('patterns'),
  check('i18n'),
  check('docs'),
  check('bundles')
]

function listCode(floor) {
  if (!existsSync(join(root, floor))) return []
  const names = readdirSync(join(root, floor), { recursive: true }).map((name) => `${floor}/${name}`.replaceAll('\\', '/'))
  return names.filter((name) => /\.(ts|vue|mjs)$/.test(name))
}

const code = ['shared', 'client', 'server', 'scripts', 'e2e'].flatMap(listCode)
const isBuilt = code.some((path) => path.startsWith('client/apps/') || path === 'server/main.ts')

function run(gate) {
  if (gate.code && !code.some((path) => gate.code.test(path))) {
    const output = isBuilt ? `no file matches ${gate.code}` : ''
    return Promise.resolve({ name: gate.name, ok: !isBuilt, seconds: 0, output, note: ' (nothing there yet)' })
  }
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, gate.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (error) => chunks.push(Buffer.from(error.message)))
    child.on('close', (code) => {
      const seconds = Math.round((performance.now() - started) / 100) / 10
      resolve({ name: gate.name, ok: code === 0, seconds, output: Buffer.concat(chunks).toString('utf8'), note: '' })
    })
  })
}

function print({ name, ok, seconds, output, note }) {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s${note}`)
  if (!ok) console.log(output.trimEnd().replace(/^/gm, '     '))
}

/** Runs the gates in order with at most `atOnce` processes; results keep the order of the list. */
async function runAll(chosen) {
  const results = []
  const queue = chosen.entries()
  const worker = async () => {
    for (const [index, gate] of queue) {
      results[index] = await run(gate)
      print(results[index])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}

function choose(only) {
  if (only === undefined) return gates
  const names = only.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !gates.some((gate) => gate.name === name))
  if (unknown.length === 0) return gates.filter((gate) => names.includes(gate.name))
  console.error(`Unknown gate: ${unknown.join(', ')}. There are: ${gates.map((gate) => gate.name).join(', ')}`)
  process.exit(2)
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const results = await runAll(choose(values.only))
mkdirSync(join(root, 'test-results'), { recursive: true })
const summary = results.map(({ name, ok, seconds }) => ({ name, ok, seconds }))
writeFileSync(join(root, 'test-results/check.json'), `${JSON.stringify(summary, null, 2)}\n`)
const failed = summary.filter(({ ok }) => !ok).map(({ name }) => name)
console.log(failed.length === 0 ? `check: all ${summary.length} gates passed` : `check: failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
