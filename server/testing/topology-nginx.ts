import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const deployed = resolve(import.meta.dirname, '../../deploy/nginx/sampark.conf')

/**
 * deploy/nginx/sampark.conf with the addresses of this machine in place of those of the containers, and without TLS unless
 * `listen` says otherwise. Throws when a line that it replaces is no longer there.
 */
export function nginxConfig(options: {
  port: number
  plainPort: number
  web: readonly number[]
  listen?: string
}): string {
  const { port, plainPort, web } = options
  const replacements = [
    ['/tmp/', 'temp/'],
    ['listen 8080;', `listen 127.0.0.1:${plainPort};`],
    ['include /etc/nginx/listen.conf;', options.listen ?? `listen 127.0.0.1:${port};`],
    ['worker_shutdown_timeout 30s;', 'worker_shutdown_timeout 1s;'],
    ...web.map((webPort, n) => [`server web-${n + 1}:8080 `, `server 127.0.0.1:${webPort} `])
  ] as [string, string][]
  return replacements.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`deploy/nginx/sampark.conf does not hold "${from}".`)
      return text.replaceAll(from, to)
    },
    readFileSync(deployed, 'utf8')
  )
}
