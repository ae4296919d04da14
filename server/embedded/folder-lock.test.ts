import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { withFolderLock } from './folder-lock.ts'

let folder = ''
beforeEach(() => {
  folder = makeTestFolder('lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('two callers never work at the same time', async () => {
  const steps: string[] = []
  const work = (name: string) => withFolderLock(join(folder, 'lock'), async () => {
    steps.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, 30))
    steps.push(`${name} ends`)
  })
  await Promise.all([work('first'), work('second')])
  expect(steps).toEqual(['first begins', 'first ends', 'second begins', 'second ends'])
})

test('the lock of a process that has died is broken', async () => {
  const dead = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))'], { encoding: 'utf8' }).stdout
  mkdirSync(join(folder, 'lock'))
  writeFileSync(join(folder, 'lock/pid'), dead)
  expect(await withFolderLock(join(folder, 'lock'), () => Promise.resolve('done'))).toBe('done')
})

test('the lock is given back when the work fails', async () => {
  await expect(withFolderLock(join(folder, 'lock'), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(existsSync(join(folder, 'lock'))).toBe(false)
})
