import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

const graceMs = 30_000

/** Children that run now, each in a process group of its own. */
const running = new Set()

/** Where the machine has setpriv, the kernel ends the child when we are killed; a shell's `kill -9` cannot be caught here. */
const tied = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM'] : []

/** Our environment; colours only where a person looks at a terminal. */
function childEnvironment(extra) {
  const { FORCE_COLOR, ...plain } = process.env
  const colours = FORCE_COLOR === undefined ? {} : { FORCE_COLOR }
  return { ...plain, ...(process.stdout.isTTY ? colours : { NO_COLOR: '1' }), ...extra }
}

/**
 * Runs a program to its end and returns its exit code (128 when a signal ended it, 127 when it could not start).
 * With `quiet` its output is not shown but returned.
 */
export function runChild(command, args, { env = {}, cwd = process.cwd(), quiet = false } = {}) {
  return new Promise((resolve) => {
    const [program, ...rest] = [...tied, command, ...args]
    const child = spawn(program, rest, { cwd, env: childEnvironment(env), detached: true, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'] })
    let output = ''
    const collect = (chunk) => { output += String(chunk) }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    running.add(child)
    child.once('error', (error) => {
      running.delete(child)
      resolve({ code: 127, output: error.message })
    })
    child.once('close', (code, signal) => {
      running.delete(child)
      killGroup(child, 'SIGKILL')
      resolve({ code: code ?? (signal ? 128 : 1), output })
    })
  })
}

/** Runs a package's program with our own node, e.g. `runNode('node_modules/vite/bin/vite.js', ['build'])`. */
export function runNode(file, args, options) {
  return runChild(process.execPath, [file, ...args], options)
}

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    return
  }
}

/** Ends every child with its group: politely first, after `patienceMs` for good. */
export async function endChildren(patienceMs = graceMs) {
  const children = [...running]
  for (const child of children) killGroup(child, 'SIGTERM')
  const timer = setTimeout(() => children.forEach((child) => killGroup(child, 'SIGKILL')), patienceMs)
  await Promise.all(children.map((child) => running.has(child) && new Promise((resolve) => child.once('close', resolve))))
  clearTimeout(timer)
}

/** npm passes a Ctrl-C on that the terminal has sent us already; only a later one is a person who presses again. */
const sameKeyPressMs = 1000

/** On Ctrl-C, a termination or a closed terminal: ends the children, then us with the shell's usual code. A second Ctrl-C does not wait. */
export function endChildrenOnSignals() {
  let askedAt = null
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
    process.on(signal, () => {
      const isImpatient = askedAt !== null && signal === 'SIGINT' && performance.now() - askedAt > sameKeyPressMs
      if (askedAt !== null && !isImpatient) return
      askedAt = performance.now()
      void endChildren(isImpatient ? 0 : graceMs).then(() => process.exit(code))
    })
  }
}
