import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { everything, openThings, stored, testCipher } from '#client/testing/packed-storages.ts'
import { wipeDatabases } from '../../wipe-databases.ts'
import { formatSteps, PackedDatabase, requested } from '../disk/packed-database.ts'

const documents = Array.from({ length: 100 }, (_, n) => stored({ id: `id${String(n).padStart(3, '0')}`, type: 'a', parent: 'Meera', n }))
const options = (name: string) => ({ name, cipher: null, lock: null, shared: false })

async function filled(key: number | null): Promise<string> {
  const name = randomUUID()
  const opened = await openThings(name, { cipher: key === null ? null : testCipher(key) })
  for (const part of [documents.slice(0, 70), documents.slice(70)]) {
    await opened.instance.bulkWrite(part.map((document) => ({ document })), 'test')
  }
  await opened.close()
  return name
}

async function rawValues(name: string): Promise<unknown[]> {
  const connection = await requested(indexedDB.open(name))
  const values = await Promise.all(
    ['head', 'body', 'small'].map((store) => requested(connection.transaction(store).objectStore(store).getAll()))
  )
  connection.close()
  return values.flat().filter((value) => typeof value === 'string' || value instanceof Uint8Array)
}

describe('openPacked', () => {
  it.each([testCipher(8), null])('refuses another key or none by name, and keeps everything for the right one', async (wrong) => {
    const name = await filled(7)
    await expect(openThings(name, { cipher: wrong })).rejects.toMatchObject({ code: 'wrong-key' })
    const opened = await openThings(name, { cipher: testCipher(7) })
    expect(await everything(opened.instance)).toEqual(documents)
    await opened.close()
  })

  it('writes nothing plain when there is a key', async () => {
    const values = await rawValues(await filled(7))
    expect(values.length).toBeGreaterThan(2)
    expect(values.filter((value) => typeof value === 'string')).toEqual([])
    expect(values.some((value) => Buffer.from(value as Uint8Array).includes('Meera'))).toBe(false)
  })

  it('seals by and by what was stored before there was a key', async () => {
    const name = await filled(null)
    const opened = await openThings(name, { cipher: testCipher(7) })
    expect(await everything(opened.instance)).toEqual(documents)
    await opened.collection.merge()
    expect((await rawValues(name)).filter((value) => typeof value === 'string')).toEqual([])
    expect(await everything(opened.instance)).toEqual(documents)
    await opened.close()
  })

  it('does not touch what a newer app wrote', async () => {
    const name = await filled(null)
    const newer = new PackedDatabase(options(name), [...formatSteps, (database) => void database.createObjectStore('later')])
    await newer.transact(['about'], 'readonly', () => undefined)
    await newer.close()
    await expect(openThings(name)).rejects.toMatchObject({ code: 'newer-format' })
    expect(await rawValues(name)).toHaveLength(3)
  })

  it('is whole in the old format when the app dies in a step to a newer one', async () => {
    const name = await filled(null)
    const dying = new PackedDatabase(options(name), [
      ...formatSteps,
      (database) => {
        database.deleteObjectStore('head')
        throw new Error('killed')
      }
    ])
    await expect(dying.transact(['about'], 'readonly', () => undefined)).rejects.toThrow()
    const opened = await openThings(name)
    expect(await everything(opened.instance)).toEqual(documents)
    await opened.close()
  })

  it('is wiped with everything else of its owner, and a tab that still had it open neither blocks that nor writes it again', async () => {
    const name = await filled(null)
    const open = await openThings(name)
    expect(await wipeDatabases(name)).toEqual([name])
    await expect(open.instance.bulkWrite([{ document: stored({ id: 'late', type: 'a', parent: '', n: 1 }) }], 'test')).rejects.toMatchObject({ code: 'ended' })
    expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(name)
    await open.close()
  })
})
