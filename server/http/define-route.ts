import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Actor } from '#shared/identity/actor.ts'
import type { Access } from './access.ts'
import type { RateLimit } from './rate-limit.ts'
import type { RequestContext } from './request-context.ts'

/** The exchange that a raw route writes; named here so that only this room imports Express. */
export type RawRequest = Request
export type RawResponse = Response

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete' | 'head' | 'options'
export type ReplySchemas = Readonly<Record<number, z.ZodType>>

/** A reply whose JSON text is ready: made by Postgres, not parsed and written again here, nor joined before it is sent. */
export class JsonText {
  readonly parts: readonly string[]
  constructor(...parts: string[]) {
    this.parts = parts
  }
  get text(): string {
    return this.parts.join('')
  }
}

/** A reply without a body, as in `reply: { 204: noBody }`. */
export const noBody = z.undefined()

export interface RouteFacts {
  readonly method: Method
  /** Express path below the tenant's base path, e.g. `/api/v1/devices/:id/revoke`. */
  readonly path: string
  /** One sentence for the API description. */
  readonly summary: string
  /** The noun the route belongs to; groups the API description. */
  readonly tag: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  /** Instead of the default limit. */
  readonly limit?: RateLimit
  /** Open also to a session that lacks the second step its office wants: only what serves to set one up. */
  readonly whileLimited?: true
  /** A POST that repeats harmlessly by itself (its content carries ids, or it only reads): Idempotency-Key is not read. */
  readonly repeatable?: true
  /** Also takes the body as a form, where a standard asks for it; the route must go by nothing that a browser adds by itself. */
  readonly formBody?: true
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined

export interface RouteInput<P, Q, B, A extends Actor | null> {
  params: Output<P>
  query: Output<Q>
  body: Output<B>
  context: RequestContext<A>
}

export type RouteReply<R extends ReplySchemas> = {
  [S in keyof R & number]: {
    status: S
    body: z.input<R[S]> | JsonText
    headers?: Readonly<Record<string, string | string[]>>
  }
}[keyof R & number]

/** A JSON route as a value. `createApp` parses the input, checks access and limits, runs `handle` and sends its reply. */
export interface JsonRoute extends RouteFacts {
  readonly kind: 'json'
  readonly access: Access
  readonly body?: z.ZodType
  /** Largest request body in bytes; 256 kB when not given. */
  readonly bodyLimit?: number
  readonly reply: ReplySchemas
  handle(input: RouteInput<z.ZodType, z.ZodType, z.ZodType, Actor | null>): Promise<{
    status: number
    body: unknown
    headers?: Readonly<Record<string, string | string[]>>
  }>
}

/** A route that writes its own response: pages, streams, uploads. The request's body is unread. */
export interface RawRoute extends RouteFacts {
  readonly kind: 'raw'
  readonly access: Access
  /** What it sends, for the API description. */
  readonly contentType: string
  /** Refuses requests whose Content-Length says more bytes; streams are counted by the handler. */
  readonly bodyLimit?: number
  handle(
    request: Request,
    response: Response,
    context: RequestContext,
    input: { params: unknown; query: unknown }
  ): Promise<void> | void
}

export type Route = JsonRoute | RawRoute

/**
 * A JSON route. Schemas may be left out only where there is nothing to read; `access` and `reply` never. Handlers throw
 * `AppError` for what the caller can understand; anything else becomes a bland 500 and a line in the log.
 */
export function defineRoute<
  A extends Actor | null,
  R extends ReplySchemas,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined
>(
  route: Omit<RouteFacts, 'params' | 'query'> & {
    access: Access<A>
    params?: P
    query?: Q
    body?: B
    bodyLimit?: number
    reply: R
    handle(input: RouteInput<P, Q, B, A>): Promise<RouteReply<NoInfer<R>>> | RouteReply<NoInfer<R>>
  }
): JsonRoute {
  const { handle, ...facts } = route
  return {
    ...facts,
    kind: 'json',
    handle: async (input) => handle(input as unknown as RouteInput<P, Q, B, A>) as unknown as ReturnType<JsonRoute['handle']>
  } as JsonRoute
}

/** A route that writes its own response; `input` holds parsed params and query. */
export function defineRawRoute<
  A extends Actor | null,
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined
>(
  route: Omit<RouteFacts, 'params' | 'query'> & {
    access: Access<A>
    params?: P
    query?: Q
    contentType: string
    bodyLimit?: number
    handle(
      request: Request,
      response: Response,
      context: RequestContext<A>,
      input: { params: Output<P>; query: Output<Q> }
    ): Promise<void> | void
  }
): RawRoute {
  return { ...route, kind: 'raw' } as unknown as RawRoute
}
