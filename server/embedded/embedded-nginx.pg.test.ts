import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { findNginx, nginxTempPaths, startNginx } from './embedded-nginx.ts'
import { findPort } from './service-port.ts'

let dir = ''
beforeEach(() => {
  dir = makeTestFolder('nginx')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const configText = (port: number, reply: string) => `worker_processes 1;
error_log stderr;
events { }
http { ${nginxTempPaths} access_log off; server { listen 127.0.0.1:${port}; location / { ${reply} } } }`

test('nginx answers by the configuration it was given and is gone after its stop', async () => {
  const nginx = await findNginx({ log: () => undefined })
  const port = await findPort(0, 'nginx')
  const ask = () => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text())
  const started = await startNginx({ nginx, dir, configText: configText(port, 'return 200 "here";'), readyWhen: () => ask().then(() => true, () => false) })
  expect(await ask()).toBe('here')
  await started.stop()
  await expect(ask()).rejects.toThrow()
})

test('a configuration with a mistake is refused in the words of nginx', async () => {
  const nginx = await findNginx({ log: () => undefined })
  const port = await findPort(0, 'nginx')
  const asked = startNginx({ nginx, dir, configText: configText(port, 'no_such_directive on;'), readyWhen: () => Promise.resolve(false) })
  await expect(asked).rejects.toThrow(/unknown directive "no_such_directive"/)
})
