import { expect } from 'vitest'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { Command } from '#shared/protocol/command.ts'
import type { Checkpoint } from '#shared/protocol/position.ts'
import type { PulledPage, PullReply } from '#shared/protocol/pull.ts'
import type { PushReply, Verdict } from '#shared/protocol/push.ts'
import type { ClonedDatabase } from '../database-clone.ts'
import { awaitHorizon } from '../office-fixture.ts'
import type { TestSession } from '../start-test-server.ts'

/** One push, answered with 200. */
export async function push(session: TestSession, commands: readonly Command[]): Promise<PushReply> {
  const response = await session.call('POST', '/api/v1/sync/push', { protocol: 1, app: 'test', commands, deviceTime: Date.now() })
  expect(response.status).toBe(200)
  return (await response.json()) as PushReply
}

export async function pushOne(session: TestSession, command: Command): Promise<Verdict> {
  return (await push(session, [command])).verdicts[0]!
}

/** A command as an outbox sends it: with its place in the order of saving. */
export function queued(command: Command, seq = 1): Command {
  return { ...command, seq }
}

export interface Replica {
  readonly held: ReadonlyMap<string, { id: string; rev: number; _deleted?: boolean } & Record<string, unknown>>
  /** Ids of what it shows, sorted. */
  ids(): string[]
  /** Pulls to the end; says how many documents and removals came over the wire. `atOnce`: without waiting for transactions that are open. */
  sync(how?: 'atOnce'): Promise<{ documents: number; removals: number }>
  /** Takes what a push reply says of records of this collection. */
  take(verdict: Verdict): void
}

/** A device's replica of one collection: pulls to the end and keeps what it got, ignoring lower revisions. */
export function replicaOf(database: ClonedDatabase, session: TestSession, collection: CollectionName): Replica {
  const held = new Map<string, { id: string; rev: number; _deleted?: boolean } & Record<string, unknown>>()
  let checkpoint: Checkpoint | null = null
  async function page(how?: 'atOnce'): Promise<PulledPage> {
    if (how !== 'atOnce') await awaitHorizon(database)
    const response = await session.call('POST', '/api/v1/sync/pull', { protocol: 1, pulls: [{ collection, checkpoint }] })
    expect(response.status).toBe(200)
    return ((await response.json()) as PullReply).pulls[0]!
  }
  return {
    held,
    ids: () => [...held.values()].filter((document) => !document._deleted).map((document) => document.id).sort(),
    async sync(how) {
      const came = { documents: 0, removals: 0 }
      for (let done = false; !done; ) {
        const next = await page(how)
        for (const document of next.documents as { id: string; rev: number; _deleted?: boolean }[]) {
          if (document._deleted) came.removals += 1
          else came.documents += 1
          if ((held.get(document.id)?.rev ?? 0) <= document.rev) held.set(document.id, document)
        }
        checkpoint = next.checkpoint
        done = next.done
      }
      return came
    },
    take({ stored }) {
      for (const { collection: of, document } of stored) {
        if (of === collection && (held.get(document.id)?.rev ?? 0) < document.rev) held.set(document.id, document)
      }
    }
  }
}
