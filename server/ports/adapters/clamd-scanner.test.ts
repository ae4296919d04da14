import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { harmlessVirus, startClamdDouble, type ClamdDouble } from '#server/testing/providers/clamd-double.ts'
import { createClamdScanner } from './clamd-scanner.ts'

let clamd: ClamdDouble
beforeAll(async () => {
  clamd = await startClamdDouble()
})
beforeEach(() => {
  clamd.mood = 'well'
  clamd.streams.splice(0)
})
afterAll(() => clamd?.close())

const scanner = (over: { timeoutMs?: number } = {}) => createClamdScanner({ address: clamd.address, ...over })

test.each([1, 65_535, 65_536, 65_537, 300_000])('%i bytes arrive whole, in frames of a length and as many bytes, with a length of zero at the end', async (size) => {
  const bytes = randomBytes(size)
  expect(await scanner().scan(bytes)).toEqual({ kind: 'clean' })
  const [stream] = clamd.streams
  expect(stream?.bytes.equals(bytes)).toBe(true)
  expect(Math.max(...(stream?.chunks ?? []))).toBeLessThanOrEqual(65_536)
  expect(clamd.complaints).toEqual([])
})

test('what is found is named, also where it lies across two frames', async () => {
  const bytes = Buffer.concat([randomBytes(65_500), Buffer.from(harmlessVirus), randomBytes(100)])
  expect(await scanner().scan(bytes)).toEqual({ kind: 'found', name: 'Eicar-Test-Signature' })
})

test('whatever is neither word is no word: broken off, silent, full, or nobody there', async () => {
  for (const mood of ['broken', 'silent', 'full'] as const) {
    clamd.mood = mood
    expect([mood, await scanner({ timeoutMs: 300 }).scan(randomBytes(100))]).toEqual([mood, { kind: 'away' }])
  }
  expect(await createClamdScanner({ address: '/nowhere/clamd.sock' }).scan(randomBytes(10))).toEqual({ kind: 'away' })
  expect(await createClamdScanner({ address: '127.0.0.1:1' }).scan(randomBytes(10))).toEqual({ kind: 'away' })
})
