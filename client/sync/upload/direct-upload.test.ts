import { expect, test } from 'vitest'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import { uploadDirectly } from './direct-upload.ts'

const bytes = new Uint8Array(300_000).fill(7)
const photo = { photoId: '019a0000-0000-7000-8000-000000000001', sha256: 'a'.repeat(64), blob: new Blob([bytes]) }

/** A server that keeps what arrives; `breaks` says how many pieces are lost on the way before one gets through. */
function serverThat(breaks: number, state = 'expected') {
  const kept: number[] = []
  let lost = 0
  const reply = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers })
  const api = {
    basePath: '',
    async call() {
      if (state === 'gone') throw new ApiError({ status: 422, code: 'unprocessable', fields: [], retryAfterMs: null })
      return { state, photoId: photo.photoId, token: 't', expiresAt: 0, endpoint: '/tus' }
    },
    async open(_path: string, init: { method: string; body?: ArrayBuffer }) {
      if (init.method === 'POST') return reply(201, { location: '/tus/1' })
      if (init.method === 'HEAD') return reply(200, { 'upload-offset': String(kept.length) })
      if (kept.length > 0 && lost < breaks) {
        lost += 1
        throw new OfflineError('The line broke.')
      }
      for (const byte of new Uint8Array(init.body ?? new ArrayBuffer())) kept.push(byte)
      return reply(204, { 'upload-offset': String(kept.length) })
    }
  } as unknown as ApiClient
  return { api, kept }
}

test('a photo goes on where the line broke, and arrives once and whole', async () => {
  const { api, kept } = serverThat(2)
  expect(await uploadDirectly(api, [photo])).toEqual([])
  expect(kept).toEqual([...bytes])
})

test('one that does not get through is given back, to be tried again; one that is refused is not', async () => {
  expect(await uploadDirectly(serverThat(3).api, [photo])).toEqual([photo])
  expect(await uploadDirectly(serverThat(0, 'gone').api, [photo])).toEqual([])
})
