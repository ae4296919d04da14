import { postOnce, type PostResult } from './http-post.ts'
import { createPushAgent, refusesHost } from './push-agent.ts'

export interface OutsideRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Resolves to what came back; `refused` where the address may not be called at all. */
export type OutsideCall = (request: OutsideRequest) => Promise<PostResult | { readonly kind: 'refused' }>

/**
 * Calls addresses that an office or its provider named. With `onlyOutside` these are https and never inside a network of our own,
 * whether named by numbers or by a name that leads there: the connection goes to the address that was looked at. Redirects are
 * not followed, and an answer ends after eight seconds or 64 kB.
 */
export function createOutsideCall(options: { onlyOutside: boolean; timeoutMs?: number }): OutsideCall {
  const agent = createPushAgent(options)
  return async ({ method, url, headers = {}, body = null }) => {
    const { protocol } = new URL(url)
    const isSecure = protocol === 'https:'
    if (!isSecure && (protocol !== 'http:' || options.onlyOutside)) return { kind: 'refused' }
    if (options.onlyOutside && refusesHost(url)) return { kind: 'refused' }
    return postOnce({ method, url, headers: { Accept: 'application/json', ...headers }, body, timeoutMs: options.timeoutMs ?? 8_000, ...(isSecure && { agent }) })
  }
}
