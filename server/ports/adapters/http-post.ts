import http from 'node:http'
import https from 'node:https'

export interface PostRequest {
  /** POST when not given. */
  readonly method?: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer | string | null
  readonly timeoutMs: number
  readonly agent?: http.Agent | https.Agent
}

/** `broken`: no answer came; `left` says whether any byte of the request may have reached the other side. */
export type PostResult =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: http.IncomingHttpHeaders
      readonly text: string
    }
  | { readonly kind: 'broken'; readonly left: boolean }

const longestAnswer = 64 * 1024

/**
 * One request that tells apart what `fetch` does not: whether the connection ever stood. Redirects are not followed, each
 * call has its own connection unless an agent says otherwise, and `timeoutMs` covers all of it.
 */
export function postOnce(request: PostRequest): Promise<PostResult> {
  const url = new URL(request.url)
  const secure = url.protocol === 'https:'
  return new Promise((resolve) => {
    let left = false
    const call = (secure ? https : http).request(url, {
      method: request.method ?? 'POST',
      headers: { ...request.headers },
      agent: request.agent ?? false
    })
    const timer = setTimeout(() => call.destroy(new Error('timeout')), request.timeoutMs)
    const end = (result: PostResult) => {
      clearTimeout(timer)
      resolve(result)
    }
    call.on('socket', (socket) => {
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', () => (left = true))
      else left = true
    })
    call.on('error', () => end({ kind: 'broken', left }))
    call.on('response', (response) => {
      readAnswer(response).then(
        (text) => end({ kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, text }),
        () => end({ kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, text: '' })
      )
    })
    call.end(request.body ?? undefined)
  })
}

async function readAnswer(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size <= longestAnswer) parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** Retry-After in milliseconds, given in seconds or as a date (RFC 9110, 10.2.3). `now` in ms. */
export function retryAfterMs(headers: http.IncomingHttpHeaders, now: number): number | undefined {
  const value = headers['retry-after']
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
