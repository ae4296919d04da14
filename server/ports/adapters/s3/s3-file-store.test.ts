import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { s3Keys, startS3Double, type S3Double } from '#server/testing/providers/s3-double.ts'
import type { FileName, FileStore } from '../../file-store.ts'
import { createLocalFileStore } from '../local-file-store.ts'
import { signedHeaders } from './sign-request.ts'
import { createS3FileStore } from './s3-file-store.ts'

const tenantId = '01920000-0000-7000-8000-000000000001'
const otherTenant = '01920000-0000-7000-8000-000000000002'
const named = (end: string, variant = 'full', tenant = tenantId): FileName => ({ tenantId: tenant, id: `01920000-0000-7000-8000-0000000000${end}`, variant })
const clock = { now: () => Date.now() }

let folder: string
let storage: S3Double
let secret = 'the first secret'
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampark-store-'))
  storage = await startS3Double(secret)
})
afterAll(async () => {
  await storage?.close()
  await rm(folder, { recursive: true, force: true })
})

const s3 = () => createS3FileStore({ ...s3Keys, endpoint: storage.endpoint, bucket: storage.bucket, secretAccessKey: () => secret, clock })

const kinds: { kind: string; open(): FileStore; age(name: FileName): Promise<void> }[] = [
  {
    kind: 'a folder',
    open: () => createLocalFileStore(folder),
    age: ({ id, variant }) => utimes(join(folder, tenantId, id.slice(-2), `${id}-${variant}`), new Date(0), new Date(0))
  },
  {
    kind: 'S3-compatible storage',
    open: s3,
    age: async ({ id, variant }) => void (storage.objects.get(`${tenantId}/${id.slice(-2)}/${id}-${variant}`)!.written = 0)
  }
]

describe.each(kinds)('$kind keeps the contract of a file store', ({ open, age }) => {
  test('what is put is read back whole, replaced and removed; removing again is no error', async () => {
    const store = open()
    expect(await store.get(named('a1'))).toBeNull()
    await store.put(named('a1'), Buffer.from('first'))
    await store.put(named('a1'), Buffer.from([0, 255, 10, 13]))
    expect(await store.get(named('a1'))).toEqual(Buffer.from([0, 255, 10, 13]))
    expect(await store.exists(named('a1'))).toBe(true)
    await store.remove(named('a1'))
    await store.remove(named('a1'))
    expect(await store.exists(named('a1'))).toBe(false)
  })

  test('a put that breaks off leaves the old file whole', async () => {
    const store = open()
    await store.put(named('a2'), Buffer.from('the old one'))
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('the new')
      throw new Error('line cut')
    }
    await expect(store.put(named('a2'), breaking())).rejects.toThrow('line cut')
    expect((await store.get(named('a2')))?.toString()).toBe('the old one')
  })

  test('no name but ids is taken', async () => {
    for (const bad of [{ ...named('a3'), id: '../../etc/passwd' }, { ...named('a3'), tenantId: '..' }, { ...named('a3'), variant: '../full' }])
      await expect(async () => open().put(bad, Buffer.from('x'))).rejects.toThrow()
  })

  test('old files of one tenant are found, page by page, and nothing else', async () => {
    const store = open()
    const old = ['b1', 'b2', 'b3', 'b4', 'b5'].map((end) => named(end))
    for (const name of [...old, named('b6'), named('b7', 'thumb', otherTenant)]) await store.put(name, Buffer.from('x'))
    for (const name of old) await age(name)
    const listed: FileName[] = []
    for await (const names of store.writtenBefore(tenantId, 1_000_000)) listed.push(...names)
    expect(listed.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(old)
  })
})

test('a wrong key is turned away, the error repeats nothing, and a turned-over key works at once', async () => {
  const store = s3()
  await store.put(named('c1'), Buffer.from('kept'))
  storage.secret = 'the second secret'
  const refused = await store.get(named('c1')).catch((error: Error) => error)
  expect((refused as Error).message).toBe('The file storage answered 403.')
  expect(storage.refusals).toEqual(['SignatureDoesNotMatch'])
  secret = 'the second secret'
  expect((await store.get(named('c1')))?.toString()).toBe('kept')
})

test.each([
  ['https://examplebucket.s3.amazonaws.com/?lifecycle=', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  ['https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7']
])('signs the example of the S3 manual: %s', (url, signature) => {
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', region: 'us-east-1' }
  const payloadHash = createHash('sha256').update('').digest('hex')
  const headers = signedHeaders({ method: 'GET', url: new URL(url), payloadHash, now: Date.UTC(2013, 4, 24) }, credentials)
  expect(headers['Authorization']).toContain(`Signature=${signature}`)
})
