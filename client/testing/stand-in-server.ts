import { createHash } from 'node:crypto'
import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PullReply, PullRequest } from '#shared/protocol/pull.ts'
import type { PushReply, PushRequest, StoredRecord, Verdict } from '#shared/protocol/push.ts'
import { standInCompare } from './stand-in-compare.ts'

interface FeedEntry {
  collection: CollectionName
  document: { id: string; rev: number } & Record<string, unknown>
  position: number
}

/** What a test can make go wrong with one request. */
export type Mishap = 'no-line' | 'lost-reply' | { status: number }

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const batchId = '00000000-0000-4000-8000-00000000ba7c'

/**
 * Speaks the wire of `shared/protocol` from memory, so that a test can break single requests. It decides nothing by rule:
 * `judge` says what a command does. The real server is used by the `.pg.test.ts` beside.
 */
export class StandInServer {
  readonly tenantId: string
  readonly feed: FeedEntry[] = []
  readonly commands = new Map<string, { command: Command; verdict: Verdict }>()
  readonly requests: { path: string; body: unknown }[] = []
  /** Asked before each request; what it returns happens to that request. */
  mishap: (path: string, body: unknown) => Mishap | null = () => null
  judge: (command: Command) => {
    verdict: 'applied' | 'merged' | 'rejected' | 'retry'
    records?: StoredRecord[]
    afterMs?: number
  } = () => ({ verdict: 'applied' })
  pageSize = 1000
  generation = 1
  serverTime = 1_800_000_000_000
  durableTo: PushReply['durableTo'] = { position: null, keepDays: 14 }
  /** Changes each reply of a push before it leaves. */
  spoil: (reply: PushReply) => PushReply = (reply) => reply
  /** What an answer waits for after the server has given it. */
  delay: (path: string) => Promise<void> | null = () => null
  behind = 0
  #position = 100

  constructor(tenantId: string) {
    this.tenantId = tenantId
  }

  /** A change at the server: the next `rev`, unless one is given. */
  put(
    collection: CollectionName,
    record: { id: string; type: string } & Record<string, unknown>,
    rev?: number
  ): number {
    const known = this.feed.filter((entry) => entry.document.id === record.id).at(-1)
    const next = rev ?? (known?.document.rev ?? 0) + 1
    this.#position += 1
    this.feed.push({ collection, document: { ...record, rev: next }, position: this.#position })
    return next
  }

  /** The next `rev`, unless one is given: a record that leaves his sight keeps its own. */
  remove(collection: CollectionName, id: string, rev?: number): void {
    const known = this.feed.filter((entry) => entry.document.id === id).at(-1)
    this.#position += 1
    this.feed.push({
      collection,
      document: { id, rev: rev ?? (known?.document.rev ?? 0) + 1, _deleted: true },
      position: this.#position
    })
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const path = new URL(String(input instanceof Request ? input.url : input)).pathname
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null
    this.requests.push({ path, body })
    const mishap = this.mishap(path, body)
    if (mishap === 'no-line') throw new TypeError('fetch failed')
    if (mishap && typeof mishap === 'object') return new Response('no', { status: mishap.status })
    const reply = this.#answer(path, body, init?.signal ?? null)
    await this.delay(path)
    if (mishap === 'lost-reply') throw new TypeError('fetch failed')
    return reply
  }

  #answer(path: string, body: unknown, signal: AbortSignal | null): Response {
    if (path.endsWith('/sync/push')) return Response.json(this.spoil(this.#push(body as PushRequest)))
    if (path.endsWith('/sync/pull')) return Response.json(this.#pull(body as PullRequest))
    if (path.includes('/sync/compare')) return Response.json(standInCompare(path, body, this.#compared((body as { collection: CollectionName }).collection)))
    if (path.endsWith('/sync/live')) return silentStream(signal)
    return new Response('no', { status: 404 })
  }

  #compared(collection: CollectionName) {
    const held = new Map(this.feed.filter((entry) => entry.collection === collection).map((entry) => [entry.document.id, entry]))
    return { held, generation: this.generation, serverTime: this.serverTime, position: this.#position }
  }

  #push(request: PushRequest): PushReply {
    const verdicts = request.commands.map((command) => this.#verdictOf(command))
    const hashes = verdicts.flatMap((verdict) => (verdict.receipt ? [verdict.receipt.hash] : []))
    const batches = hashes.length > 0 ? [{ id: batchId, hashes, keyId: 'test', signature: 'test' }] : []
    return { ...this.#head(), verdicts, batches }
  }

  #verdictOf(command: Command): Verdict {
    const known = this.commands.get(command.id)
    if (known) return { ...known.verdict, verdict: 'duplicate', first: known.verdict.verdict as 'applied' }
    const { verdict, records = [], afterMs } = this.judge(command)
    if (verdict === 'retry') return { id: command.id, verdict, afterMs: afterMs ?? 0, stored: [], issues: [] }
    for (const { collection, document } of records)
      this.put(collection, document as { id: string; type: string }, document.rev)
    const receivedAt = this.serverTime
    const code = verdict === 'rejected' ? ('stale_state' as const) : null
    const args = sha256(canonicalJson(command.args))
    const hash = sha256(canonicalJson({ tenant: this.tenantId, command: command.id, args, verdict, code, receivedAt }))
    const receipt = { hash, receivedAt, position: String(this.#position), batch: batchId }
    const full: Verdict = { id: command.id, verdict, ...(code ? { code } : {}), receipt, stored: records, issues: [] }
    this.commands.set(command.id, { command, verdict: full })
    return full
  }

  #pull(request: PullRequest): PullReply {
    const behind = this.behind > 0
    if (behind) this.behind -= 1
    const pulls = request.pulls.map(({ collection, checkpoint }) => this.#page(collection, checkpoint))
    return { ...this.#head(), behind, pulls }
  }

  #page(collection: CollectionName, checkpoint: Checkpoint | null): PullReply['pulls'][number] {
    const reset = checkpoint !== null && checkpoint.g !== this.generation
    const from = reset || !checkpoint ? 0 : Number(checkpoint.s['tenant']?.[0] ?? 0)
    const latest = new Map(
      this.feed.filter((entry) => entry.collection === collection).map((entry) => [entry.document.id, entry])
    )
    const all = [...latest.values()].filter((entry) => entry.position > from).sort((a, b) => a.position - b.position)
    const taken = all.slice(0, this.pageSize)
    const position = String(taken.at(-1)?.position ?? from)
    const documents = taken.map((entry) => entry.document).filter((document) => document['hidden'] !== true)
    return {
      collection,
      documents: documents as PullReply['pulls'][number]['documents'],
      checkpoint: { g: this.generation, s: { tenant: [position, position] }, r: {} },
      remaining: checkpoint === null ? all.length - taken.length : null,
      done: taken.length === all.length && taken.length < this.pageSize,
      reset
    }
  }

  #head() {
    return { protocol: 1, serverTime: this.serverTime, generation: this.generation, durableTo: this.durableTo }
  }
}

function silentStream(signal: AbortSignal | null): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('event: hello\ndata: {"serverTime":1,"heartbeatMs":20000}\n\n'))
      signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')))
    }
  })
  return new Response(body, { status: 200, headers: { 'content-type': 'text/event-stream' } })
}
