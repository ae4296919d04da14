import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChild } from './child-process.mjs'

export const root = resolve(import.meta.dirname ?? fileURLToPath(new URL('.', import.meta.url)), '..')

const marker = join(root, 'node_modules/.sampark-installed')
const oldestNode = [20, 19]

function wantedState() {
  const hash = createHash('sha256')
  for (const name of ['package.json', 'package-lock.json']) if (existsSync(join(root, name))) hash.update(readFileSync(join(root, name)))
  return hash.digest('hex')
}

function isInstalled(wanted) {
  if (existsSync(marker)) return readFileSync(marker, 'utf8').trim() === wanted
  const npmRecord = join(root, 'node_modules/.package-lock.json')
  return existsSync(npmRecord) && statSync(npmRecord).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  throw new Error(`Sampark needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`)
}

/**
 * Installs the packages of package-lock.json when node_modules is missing or belongs to another lock file.
 * `npm install`, not `npm ci`: a lock written on one platform may lack the optional parts of another.
 */
export async function installPackages(log) {
  refuseOldNode()
  const wanted = wantedState()
  if (!isInstalled(wanted)) {
    log('Installing packages (a minute or two the first time)')
    const npm = process.env.npm_execpath
    const [program, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
    const { code, output } = await runChild(program, [...first, 'install', '--include=dev', '--no-audit', '--no-fund', '--no-progress'], { cwd: root, quiet: true })
    if (code !== 0) throw new Error(`The packages could not be installed; is the network up? npm said:\n${output.trim().split('\n').slice(-12).join('\n')}`)
  }
  writeFileSync(marker, wantedState())
}
