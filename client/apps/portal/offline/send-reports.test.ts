import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryLocks } from '#client/device/locks.ts'
import { PortalOutbox, type SavedReport } from '#client/local-store/portal-outbox.ts'
import { sendReports } from './send-reports.ts'

let outbox: PortalOutbox
beforeEach(() => {
  outbox = new PortalOutbox('/o/north')
})
afterEach(async () => {
  await outbox.close()
  indexedDB.deleteDatabase(outbox.name)
})

const report = (id: string, savedAt: number, photos: SavedReport['photos'] = []): SavedReport => ({
  id,
  command: { id, v: 1, seq: 0, name: 'grievance.file', args: {}, at: savedAt, actor: null, device: null },
  photos,
  state: 'waiting',
  number: `SAM-${id}`,
  about: '',
  savedAt
})

interface Call {
  method: string
  path: string
  id?: string
  headers: Record<string, string>
}

/** Answers requests one after the other; a number is a status, null a broken line. */
function network(answer: (call: Call) => Response | null): { calls: Call[]; fetch: typeof fetch } {
  const calls: Call[] = []
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as { command: { id: string } }) : null
    const call: Call = {
      method: init.method ?? 'GET',
      path,
      headers: init.headers as Record<string, string>,
      ...(body && { id: body.command.id })
    }
    calls.push(call)
    const response = answer(call)
    if (response === null) throw new TypeError('Failed to fetch')
    return response
  }
  return { calls, fetch: send as typeof fetch }
}

const received = (number: string, uploads: object[] = []) => Response.json({ verdict: 'applied', number, uploads })
const run = (given: { fetch: typeof fetch }) =>
  sendReports({ outbox, basePath: '/o/north', fetch: given.fetch, locks: memoryLocks() })
const states = async () => (await outbox.list()).map(({ state, number }) => [state, number])

describe('reports that wait', () => {
  test('are sent in the order of saving and take the number that the office keeps', async () => {
    await outbox.save(report('b', 2))
    await outbox.save(report('a', 1))
    const line = network(({ id }) => received(id === 'a' ? 'SAM-a' : 'SAM-other'))
    expect(await run(line)).toBe(true)
    expect(line.calls.map(({ path, id }) => [path, id])).toEqual([
      ['/o/north/api/v1/portal/grievances', 'a'],
      ['/o/north/api/v1/portal/grievances', 'b']
    ])
    expect(await states()).toEqual([
      ['sent', 'SAM-a'],
      ['sent', 'SAM-other']
    ])
  })

  test.each([
    ['a broken line', () => null],
    ['too many requests', () => new Response('', { status: 429 })],
    ['a failing server', () => new Response('', { status: 503 })]
  ])('stay as they are after %s, and are sent the next time', async (_name, trouble) => {
    await outbox.save(report('a', 1))
    expect(await run(network(trouble))).toBe(false)
    expect(await states()).toEqual([['waiting', 'SAM-a']])
    expect(await run(network(() => received('SAM-a')))).toBe(true)
    expect(await states()).toEqual([['sent', 'SAM-a']])
  })

  test('that the office will not take are kept with their words and do not hold up the next one', async () => {
    await outbox.save(report('a', 1))
    await outbox.save(report('b', 2))
    await run(
      network(({ id }) =>
        id === 'a'
          ? Response.json({ verdict: 'rejected', code: 'missing_record', number: null, uploads: [] })
          : received('SAM-b')
      )
    )
    expect(await states()).toEqual([
      ['refused', 'SAM-a'],
      ['sent', 'SAM-b']
    ])
  })

  test('that were received are not sent again', async () => {
    await outbox.save(report('a', 1))
    await run(network(() => received('SAM-a')))
    const silent = network(() => received('SAM-a'))
    await run(silent)
    expect(silent.calls).toEqual([])
  })
})

test('a photo goes on where the line broke, and leaves the device only when the server has all of it', async () => {
  const blob = new Blob([new Uint8Array(300_000)])
  await outbox.save(report('a', 1, [{ id: 'p', sha256: '', blob }]))
  const permit = { photoId: 'p', token: 't', expiresAt: 0, endpoint: '/o/north/tus' }
  let stored: number | null = null
  let pieces = 0
  const answer = ({ method, path, headers }: Call): Response | null => {
    if (path.endsWith('/grievances')) return received('SAM-a', [permit])
    if (method === 'POST') stored = 0
    if (method === 'PATCH' && (pieces += 1) === 2) return null
    if (method === 'PATCH') stored = Math.min(blob.size, Number(headers['upload-offset']) + 128 * 1024)
    if (stored === null) return new Response('', { status: 404 })
    return new Response(null, { status: method === 'POST' ? 201 : 204, headers: { 'upload-offset': String(stored) } })
  }
  expect(await run(network(answer))).toBe(false)
  expect((await outbox.list())[0]).toMatchObject({ state: 'sent', photos: [{ id: 'p' }] })
  const again = network(answer)
  expect(await run(again)).toBe(true)
  expect(again.calls.filter(({ method }) => method === 'PATCH')[0]?.headers['upload-offset']).toBe(String(128 * 1024))
  expect((await outbox.list())[0]?.photos).toEqual([])
})
