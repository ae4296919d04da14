import type { Command } from '#shared/protocol/command.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import type { Exchange } from './golden-step.ts'

type Fields = Record<string, unknown>

/** What differs between two runs although it means the same. */
const madeUp = new Set(['id', 'rev', 'seq', 'payload', 'issueId', 'subjectId', 'commandId'])
const isInstant = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)

/** The fields that the recorded document has, as `now` holds them: a newer server may add fields, never take one away. */
export function keptFields(recorded: Fields, now: Fields | undefined): Fields {
  if (!now) return { missing: recorded['id'] ?? null }
  const names = Object.keys(recorded).filter((name) => !madeUp.has(name))
  return Object.fromEntries(names.map((name) => [name, isInstant(now[name]) ? 'instant' : (now[name] ?? null)]))
}

/** A push reply reduced to what a device acts on. */
export function pushMeaning(recorded: Exchange['reply'], now: Exchange['reply']): unknown {
  const replies = [recorded, now] as unknown as [PushReply, PushReply]
  return replies[0].verdicts.map((old) => {
    const fresh = replies[1].verdicts.find((one) => one.id === old.id)
    const stored = new Map(fresh?.stored.map((one) => [`${one.collection} ${one.document.id}`, one.document]))
    return {
      id: old.id,
      verdict: fresh?.verdict,
      first: fresh?.first ?? null,
      code: fresh?.code ?? null,
      fields: fresh?.fields?.map((field) => field.path) ?? [],
      issues: fresh?.issues.length,
      hasReceipt: fresh?.receipt !== undefined,
      stored: old.stored.map((one) => keptFields(one.document, stored.get(`${one.collection} ${one.document.id}`)))
    }
  })
}

/** What all pages of a pull bring, by collection; a newer server may cut its pages elsewhere. */
export function pullMeaning(recorded: readonly Exchange['reply'][], now: readonly Exchange['reply'][]): unknown {
  const [before, after] = [recorded, now].map((replies) => documentsOf(replies as unknown as PullReply[])) as [Held, Held]
  return [...before].map(([collection, { documents, reset }]) => {
    const fresh = after.get(collection)
    const other = [...(fresh?.documents.values() ?? [])]
    return {
      collection,
      count: recorded === now ? documents.size : other.length,
      reset: recorded === now ? reset : (fresh?.reset ?? false),
      documents: [...documents].map(([id, document]) => keptFields(document, fresh?.documents.get(id) ?? alike(document, other))).map(asText).sort()
    }
  })
}

type Held = Map<string, { documents: Map<string, Fields>; reset: boolean }>

function documentsOf(replies: readonly PullReply[]): Held {
  const held: Held = new Map()
  for (const page of replies.flatMap((reply) => reply.pulls)) {
    const known = held.get(page.collection) ?? { documents: new Map<string, Fields>(), reset: false }
    for (const document of page.documents) known.documents.set(document.id, document)
    held.set(page.collection, { documents: known.documents, reset: known.reset || page.reset })
  }
  return held
}

/** Timeline entries and issues have ids that the server makes: found again by what they say. */
function alike(document: Fields, others: readonly Fields[]): Fields | undefined {
  return others.find((one) => asText(keptFields(document, one)) === asText(keptFields(document, document)))
}

const asText = (value: unknown) => JSON.stringify(value)

export const commandsOf = (request: Exchange['request']) => request['commands'] as Command[]
