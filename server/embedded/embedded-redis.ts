import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultCacheDir, type LogLine } from './embedded-folders.ts'
import { awaitPreviousProcess } from './previous-process.ts'
import { findRedisCommand } from './redis-binary.ts'
import { keepSecret, writePrivateFile } from './secret-file.ts'
import { findPort } from './service-port.ts'
import { endWithParent, lastLogLines, startService, type ServiceProcess } from './service-process.ts'

export interface RedisOptions {
  /** Holds the append-only files, the configuration and the log. */
  readonly dataDir: string
  /** 0 picks a free one. */
  readonly port: number
  /** `office` keeps an append-only file and asks for a password; `test` keeps nothing. */
  readonly purpose: 'office' | 'test'
  readonly log: LogLine
  readonly cacheDir?: string
}

export interface EmbeddedRedis {
  readonly port: number
  readonly url: string
  readonly pid: number
  readonly exited: Promise<string>
  stop(): Promise<void>
}

const startDeadlineMs = 30_000
const stopDeadlineMs = 10_000

function configText(dataDir: string, port: number, password: string): string {
  return [`port ${port}`, 'bind 127.0.0.1', `dir "${dataDir}"`, `pidfile "${join(dataDir, 'redis.pid')}"`, 'daemonize no', 'save ""', 'maxmemory-policy noeviction',
    ...(password ? ['appendonly yes', `requirepass ${password}`] : ['appendonly no', 'databases 4096'])].join('\n')
}

/** Asks over a plain socket, so that a server still reading its files is not taken for a ready one. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((done) => {
    let reply = ''
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(`${password ? `AUTH ${password}\r\n` : ''}PING\r\nQUIT\r\n`))
    socket.setTimeout(2000, () => socket.destroy())
    socket.on('data', (chunk) => { reply += String(chunk) })
    socket.on('error', () => undefined)
    socket.on('close', () => done(reply.includes('+PONG')))
  })
}

async function awaitPong(service: ServiceProcess, port: number, password: string): Promise<boolean> {
  const giveUpAt = Date.now() + startDeadlineMs
  while (!service.hasExited() && Date.now() < giveUpAt) {
    if (await answersPing(port, password) && !service.hasExited()) return true
    await sleep(25)
  }
  return false
}

async function startOnPort(command: readonly string[], options: RedisOptions, password: string): Promise<EmbeddedRedis | null> {
  const port = await findPort(options.port, 'Redis')
  const configFile = join(options.dataDir, 'redis.conf')
  const logFile = join(options.dataDir, 'redis.log')
  writePrivateFile(configFile, `${configText(options.dataDir, port, password)}\n`)
  const service = startService([...endWithParent('TERM'), ...command, configFile], logFile)
  if (await awaitPong(service, port, password)) {
    const url = `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}`
    return { port, url, pid: service.pid, exited: service.exited, stop: () => service.stop('SIGTERM', stopDeadlineMs) }
  }
  await service.stop('SIGTERM', 2000)
  const lines = lastLogLines(logFile)
  if (options.port === 0 && /Address already in use|Could not create server TCP/.test(lines)) return null
  throw new Error(`Redis did not start. Its last words (${logFile}):\n${lines}`)
}

/**
 * Starts a Redis of our own on 127.0.0.1 and resolves when it answers. It dies with this process,
 * also when that is killed. Throws one sentence when the port is taken, when another one works on
 * the same folder, when no Redis can be had, or with its last log lines.
 */
export async function startRedis(given: RedisOptions): Promise<EmbeddedRedis> {
  const options = { ...given, dataDir: join(resolve(given.dataDir), 'redis') }
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const password = options.purpose === 'office' ? keepSecret(join(options.dataDir, 'password')) : ''
  await awaitPreviousProcess(join(options.dataDir, 'redis.pid'), 'redis-server', 'Redis')
  const command = await findRedisCommand(resolve(options.cacheDir ?? defaultCacheDir), options.log)
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const started = await startOnPort(command, options, password)
    if (started) return started
  }
  throw new Error('Redis found no free port in five attempts.')
}
