import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unpackDebianPackages } from './debian-packages.ts'
import { defaultCacheDir, type LogLine } from './embedded-folders.ts'
import { endWithParent, lastLogLines, startService } from './service-process.ts'

export interface EmbeddedNginx {
  readonly pid: number
  readonly exited: Promise<string>
  /** Lets running requests finish, five seconds at most. */
  stop(): Promise<void>
}

/** The path of Debian's nginx, unpacked into the cache; needs the system's libssl3. */
export async function findNginx({ log, cacheDir = defaultCacheDir }: { log: LogLine; cacheDir?: string }): Promise<string> {
  const into = join(resolve(cacheDir), 'nginx')
  await unpackDebianPackages({ names: ['nginx', 'libpcre2-8-0'], into, log })
  return join(into, 'usr/sbin/nginx')
}

/** Lines every configuration needs so that nginx writes below its own folder only; goes inside `http { }`. */
export const nginxTempPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path temp/${name};`).join('\n')

/**
 * Starts nginx in the foreground with `configText`, in which paths are relative to `dir`. `readyWhen` is asked every
 * 30 ms until it says yes. `pid` and `daemon` are set here and must not stand in the text. Throws nginx's own words when it ends.
 */
export async function startNginx(options: {
  nginx: string
  configText: string
  dir: string
  readyWhen: () => Promise<boolean>
}): Promise<EmbeddedNginx> {
  const dir = resolve(options.dir)
  mkdirSync(join(dir, 'temp'), { recursive: true })
  writeFileSync(join(dir, 'nginx.conf'), `daemon off;\npid ${join(dir, 'nginx.pid')};\n${options.configText}\n`)
  const logFile = join(dir, 'nginx.log')
  const library = join(options.nginx, '../../lib/x86_64-linux-gnu')
  const service = startService([...endWithParent('TERM'), 'env', `LD_LIBRARY_PATH=${library}`, options.nginx, '-p', `${dir}/`, '-e', 'stderr', '-c', 'nginx.conf'], logFile)
  const giveUpAt = Date.now() + 10_000
  while (!(await options.readyWhen())) {
    if (service.hasExited() || Date.now() > giveUpAt) {
      await service.stop('SIGKILL', 0)
      throw new Error(`nginx did not start. Its last words (${logFile}):\n${lastLogLines(logFile)}`)
    }
    await sleep(30)
  }
  return { pid: service.pid, exited: service.exited, stop: () => service.stop('SIGQUIT', 5000) }
}
