import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FileName } from '../file-store.ts'
import { createLocalFileStore } from './local-file-store.ts'

const tenantId = '01920000-0000-7000-8000-000000000001'
const name: FileName = { tenantId, id: '01920000-0000-7000-8000-0000000000ab', variant: 'full' }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampark-store-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a put file is read back, replaced and removed, and leaves nothing beside it', async () => {
  const store = createLocalFileStore(folder)
  expect(await store.get(name)).toBeNull()
  await store.put(name, Buffer.from('first'))
  await store.put(name, Buffer.from('second'))
  expect((await store.get(name))?.toString()).toBe('second')
  expect(await readdir(join(folder, tenantId, 'ab'))).toEqual([`${name.id}-full`])
  await store.remove(name)
  await store.remove(name)
  expect(await store.exists(name)).toBe(false)
})

test('a put that breaks off leaves the old file whole', async () => {
  const store = createLocalFileStore(folder)
  await store.put(name, Buffer.from('the old one'))
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('the new')
    throw new Error('line cut')
  }
  await expect(store.put(name, breaking())).rejects.toThrow('line cut')
  expect((await store.get(name))?.toString()).toBe('the old one')
  expect(await readdir(join(folder, tenantId, 'ab'))).toEqual([`${name.id}-full`])
})

test.each([
  { ...name, id: '../../../etc/passwd' },
  { ...name, tenantId: '..' },
  { ...name, variant: '../full' }
])('no name leads out of the folder: %o', async (bad) => {
  const store = createLocalFileStore(folder)
  await expect(async () => store.put(bad, Buffer.from('x'))).rejects.toThrow()
  await expect(async () => store.get(bad)).rejects.toThrow()
})

test('only files written before the moment are listed', async () => {
  const store = createLocalFileStore(folder)
  const old = { ...name, id: '01920000-0000-7000-8000-0000000000cd' }
  await store.put(name, Buffer.from('new'))
  await store.put(old, Buffer.from('old'))
  const yesterday = new Date(Date.now() - 86_400_000)
  await utimes(join(folder, tenantId, 'cd', `${old.id}-full`), yesterday, yesterday)
  const listed: FileName[] = []
  for await (const names of store.writtenBefore(tenantId, Date.now() - 3_600_000)) listed.push(...names)
  expect(listed).toEqual([old])
})
