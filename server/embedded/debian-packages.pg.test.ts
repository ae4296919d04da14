import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { unpackDebianPackages } from './debian-packages.ts'

let cache = ''
beforeAll(() => {
  cache = makeTestFolder('packages')
})
afterAll(() => rmSync(cache, { recursive: true, force: true }))

test('two callers at once get one whole tree, and a later call leaves it alone', async () => {
  const into = join(cache, 'lz')
  const lines: string[] = []
  const wanted = { names: ['liblzf1'], into, log: (line: string) => void lines.push(line) }
  await Promise.all([unpackDebianPackages(wanted), unpackDebianPackages(wanted)])
  expect(readdirSync(join(into, 'usr/lib/x86_64-linux-gnu'))).toContain('liblzf.so.1')
  writeFileSync(join(into, 'ours'), '')
  await unpackDebianPackages(wanted)
  expect(existsSync(join(into, 'ours'))).toBe(true)
  expect(lines).toHaveLength(1)
})

test('a package that does not exist is named in one sentence, and no half of a tree stays', async () => {
  const into = join(cache, 'none')
  const asked = unpackDebianPackages({ names: ['sampark-no-such-package'], into, log: () => undefined })
  await expect(asked).rejects.toThrow(/^sampark-no-such-package could not be downloaded \(E: Unable to locate package.*install sampark-no-such-package by hand\.$/)
  expect(readdirSync(cache).filter((name) => name.startsWith('none'))).toEqual([])
})
