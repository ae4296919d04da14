import { AppError } from '#shared/errors.ts'
import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { JsonText } from '../define-route.ts'
import { namedFields } from '../problems.ts'

/** A reply as it was given, or is to be given again. */
export interface KeptReply {
  status: number
  body: unknown
  headers: Readonly<Record<string, string | string[]>>
}

/** `key` as it was given, `asked` as one text: neither is kept but as a keyed hash, which must not help to guess a password that was in it. */
export interface IdempotentRequest {
  tenantId: string
  actor: string
  key: string
  asked: string
}

/** How the first request under a key stands. `token` is what `finish` and `forget` need: somebody else may have taken over. */
export type Begun = { kind: 'first'; begunAt: string } | { kind: 'done'; reply: KeptReply } | { kind: 'running' } | { kind: 'other request' }

export interface IdempotencyStore {
  begin(request: IdempotentRequest): Promise<Begun>
  finish(request: IdempotentRequest, begunAt: string, reply: KeptReply): Promise<void>
  forget(request: IdempotentRequest, begunAt: string): Promise<void>
}

/** The key of an `Idempotency-Key` header: a quoted string (structured field) or the bare text. Throws `invalid_request` for another form. */
export function readIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null
  const key = /^"([\x20-\x21\x23-\x5B\x5D-\x7E]{8,200})"$/.exec(header)?.[1] ?? /^([A-Za-z0-9._:~+/=-]{8,200})$/.exec(header)?.[1]
  if (key === undefined) throw namedFields([{ path: 'header.Idempotency-Key', message: 'Between 8 and 200 printable characters, e.g. a UUID' }])
  return key
}

/** What was asked, and by whom. */
export interface KeyedContent {
  actor: Actor
  key: string
  content: { method: string; address: string; body: unknown }
}

function requestOf({ actor, key, content }: KeyedContent): IdempotentRequest {
  const { method, address, body } = content
  return {
    tenantId: actor.tenantId,
    actor: actor.userId ?? actor.keyId ?? actor.role,
    key,
    asked: `${method} ${address}\n${canonicalJson(body ?? null)}`
  }
}

/**
 * Runs `work` once for a key: a repetition gets the first answer, without the work. Only answers of success are kept; after a
 * refusal nothing was done, and the caller may try again under the same key. Throws `conflict` while the first is under way,
 * `unprocessable` for another request under the same key.
 */
export async function onceFor(
  store: IdempotencyStore,
  asked: KeyedContent,
  work: () => Promise<KeptReply>
): Promise<{ reply: KeptReply; again: boolean }> {
  const request = requestOf(asked)
  const begun = await store.begin(request)
  if (begun.kind === 'done') return { reply: begun.reply, again: true }
  if (begun.kind === 'running') throw new AppError('conflict', 'The first request with this Idempotency-Key is still under way.')
  if (begun.kind === 'other request') throw new AppError('unprocessable', 'This Idempotency-Key was used for another request.')
  const reply = await work().catch(async (error: unknown) => {
    await store.forget(request, begun.begunAt).catch(() => undefined)
    throw error
  })
  await store.finish(request, begun.begunAt, reply.body instanceof JsonText ? { ...reply, body: JSON.parse(reply.body.text) } : reply).catch(() => undefined)
  return { reply, again: false }
}
