import type { ApiRoutes } from './api-routes.ts'
import type { ApiCall, ApiClient } from './api-client.ts'

type Method = ApiCall<unknown>['method']
export type RouteName = keyof ApiRoutes & `${Method} ${string}`

type Part<K extends string, V> = V extends Record<string, never> ? { [P in K]?: undefined } : undefined extends V ? { [P in K]?: V } : object extends V ? { [P in K]?: V } : { [P in K]: V }

/** Route by route: the parts of all routes, multiplied, are more than the compiler works out. */
type InputOf<R> = R extends { params: infer P; query: infer Q; body: infer B } ? Part<'params', P> & Part<'query', Q> & Part<'body', B> & { signal?: AbortSignal } : never

/** What a call of the route brings: only the parts that the route takes. */
export type RouteInput<N extends RouteName> = InputOf<ApiRoutes[N]>

interface AnyInput {
  params?: Readonly<Record<string, unknown>>
  query?: Readonly<Record<string, unknown>>
  body?: unknown
  signal?: AbortSignal
}

/**
 * Calls a route by its name in the description, with the types of its parts. `reply`, a schema of shared/, checks the answer
 * where what is done with it must not trust the server's version. Throws as `ApiClient.call` does.
 */
export function callRoute<N extends RouteName>(
  api: ApiClient,
  name: N,
  ...[input, reply]: object extends RouteInput<N> ? [input?: RouteInput<N>, reply?: ApiCall<ApiRoutes[N]['reply']>['reply']] : [input: RouteInput<N>, reply?: ApiCall<ApiRoutes[N]['reply']>['reply']]
): Promise<ApiRoutes[N]['reply']> {
  const { params = {}, query = {}, body, signal } = (input as unknown as AnyInput | undefined) ?? {}
  const [method, path] = name.split(' ') as [Method, string]
  const filled = path.replace(/\{(\w+)\}/g, (_all, key: string) => encodeURIComponent(String(params[key])))
  return api.call<ApiRoutes[N]['reply']>({
    method,
    path: `${filled}${queryText(query)}`,
    ...(body !== undefined && { body }),
    ...(signal && { signal }),
    ...(reply && { reply })
  })
}

/** `?a=1`, without what is empty; '' for nothing. */
export function queryText(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}
