import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findNginx, startNginx } from '#server/embedded/embedded-nginx.ts'
import { makeSecret } from '#server/embedded/secret-file.ts'
import { findPort } from '#server/embedded/service-port.ts'
import { roleUrls } from '#server/postgres/role-urls.ts'
import { makeTestFolder } from './test-services.ts'
import { nginxConfig } from './topology-nginx.ts'
import { startServerProcess, type ServerForm, type ServerProcess } from './topology-process.ts'

export interface TopologyOptions {
  /** The owner's address of a migrated database. The processes get only the addresses of the three other roles. */
  readonly databaseUrl: string
  readonly roleSecret: string
  readonly redisUrl: string
  /** `built` needs `dist/server/main.js`; `source` runs the tree through tsx. */
  readonly form: ServerForm
  /** Further settings of every process: SMTP_URL, SMS_URL, VAPID keys, DEMO ... */
  readonly environment?: Readonly<Record<string, string>>
}

/** The shape of docker-compose.yml on this machine: nginx before two web processes, a worker and a scheduler. */
export interface Topology {
  /** The proxy, `http://127.0.0.1:port`. */
  readonly address: string
  /** The proxy's other door, which only leads to https. */
  readonly plainAddress: string
  readonly web: readonly ServerProcess[]
  readonly worker: ServerProcess
  readonly scheduler: ServerProcess
  readonly nginxPid: number
  /** Logs and files of all processes; removed by `stop`. */
  readonly dir: string
  /** Ends web process `n` (0 or 1) and resolves, with how it ended, when it is gone. */
  kill(n: number, signal?: NodeJS.Signals): Promise<string>
  /** Starts web process `n` again on the port it had. */
  restart(n: number): Promise<void>
  stop(): Promise<void>
}

type Stop = () => Promise<void>

/** Resolves when every process says that it is ready and the proxy passes requests on. Leaves nothing running when it fails. */
export async function startTopology(options: TopologyOptions): Promise<Topology> {
  const dir = makeTestFolder('topology')
  const stops: Stop[] = [() => Promise.resolve(rmSync(dir, { recursive: true, force: true }))]
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    return await startParts({ options, dir, stops, stop })
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts({
  options,
  dir,
  stops,
  stop
}: {
  options: TopologyOptions
  dir: string
  stops: Stop[]
  stop: Stop
}): Promise<Topology> {
  const port = await findPort(0, 'nginx')
  const environment = { ...environmentOf(options, dir), PUBLIC_URL: `http://127.0.0.1:${port}`, ...options.environment }
  const start = (name: string, roles: string, listen = 0) =>
    startServerProcess({
      name,
      dir,
      form: options.form,
      environment: { ...environment, ROLES: roles, PORT: String(listen) }
    })
  const [first, second, worker, scheduler] = await startTogether(stops, [
    start('web-1', 'web'),
    start('web-2', 'web'),
    start('worker', 'worker'),
    start('scheduler', 'scheduler')
  ])
  const web = [first!, second!]
  const { plainPort, nginx } = await startProxy({ dir, port, web })
  stops.splice(1, 0, nginx.stop)
  return {
    address: `http://127.0.0.1:${port}`,
    plainAddress: `http://127.0.0.1:${plainPort}`,
    web,
    worker: worker!,
    scheduler: scheduler!,
    nginxPid: nginx.pid,
    dir,
    async kill(n, signal = 'SIGKILL') {
      process.kill(web[n]!.pid, signal)
      return web[n]!.exited
    },
    async restart(n) {
      const again = await start(`web-${n + 1}`, 'web', web[n]!.port)
      stops.push(again.stop)
      web[n] = again
    },
    stop
  }
}

function environmentOf({ databaseUrl, roleSecret, redisUrl }: TopologyOptions, dir: string): Record<string, string> {
  const { app, relay, directory } = roleUrls(databaseUrl, roleSecret)
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    TRUST_PROXY: '1',
    SECRET_KEY: makeSecret(),
    ROLE_SECRET: roleSecret,
    APP_DATABASE_URL: app,
    RELAY_DATABASE_URL: relay,
    DIRECTORY_DATABASE_URL: directory,
    REDIS_URL: redisUrl,
    DATA_DIR: join(dir, 'data')
  }
}

/** Waits for all, so that those which did start are known and stopped when another one failed. */
async function startTogether(stops: Stop[], starting: Promise<ServerProcess>[]): Promise<ServerProcess[]> {
  const settled = await Promise.allSettled(starting)
  const started = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  stops.push(async () => void (await Promise.all(started.map((one) => one.stop()))))
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  return started
}

async function startProxy({ dir, port, web }: { dir: string; port: number; web: readonly ServerProcess[] }) {
  const plainPort = await findPort(0, 'nginx')
  const nginx = await startNginx({
    nginx: await findNginx({ log: () => undefined }),
    dir: resolve(dir, 'nginx'),
    configText: nginxConfig({ port, plainPort, web: web.map((one) => one.port) }),
    readyWhen: () =>
      fetch(`http://127.0.0.1:${port}/readiness`).then(
        (response) => response.ok,
        () => false
      )
  })
  return { plainPort, nginx }
}
