import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startSlowLine } from './slow-line.ts'

test('a slow line carries every byte, both ways, and no faster than it may', async () => {
  const server = createServer((request, response) => void request.pipe(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const line = await startSlowLine((server.address() as AddressInfo).port, 1_000_000)
  const body = Array.from({ length: 25_000 }, (_, at) => String(at % 10)).join('')
  const begun = performance.now()
  const answer = await fetch(line.address, { method: 'POST', body }).then((response) => response.text())
  expect(answer).toBe(body)
  expect(performance.now() - begun).toBeGreaterThan((body.length * 8_000) / 1_000_000 - 10)
  await line.close()
  await new Promise((resolve) => server.close(resolve))
})
