import { canonicalJson } from '#shared/protocol/canonical-json.ts'
import type { PullReply } from '#shared/protocol/pull.ts'
import type { PushReply } from '#shared/protocol/push.ts'
import type { Exchange } from './golden-step.ts'

/**
 * What a server makes up itself differs from run to run: ids of issues, positions, checkpoints. Here stands which one of
 * this run stands for which recorded one.
 */
export interface Aliases {
  /** The recorded request as a device of this run would send it. */
  translate<Value>(recorded: Value): Value
  /** Pairs what the server made up in the recorded reply with what it made up now. */
  learn(recorded: Exchange['reply'], now: Exchange['reply']): void
}

export function createAliases(): Aliases {
  const texts = new Map<string, string>()
  const checkpoints = new Map<string, unknown>()

  function translate(value: unknown): unknown {
    if (typeof value === 'string') return texts.get(value) ?? value
    if (Array.isArray(value)) return value.map(translate)
    if (typeof value !== 'object' || value === null) return value
    const known = checkpoints.get(canonicalJson(value))
    return known ?? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, translate(inner)]))
  }

  function learnVerdicts(recorded: PushReply, now: PushReply): void {
    for (const [index, old] of recorded.verdicts.entries()) {
      const fresh = now.verdicts[index]
      for (const [at, issue] of old.issues.entries()) texts.set(issue, fresh?.issues[at] ?? issue)
      if (old.receipt && fresh?.receipt) texts.set(old.receipt.position, fresh.receipt.position)
    }
  }

  return {
    translate: <Value>(recorded: Value) => translate(recorded) as Value,
    learn(recorded, now) {
      if ('verdicts' in recorded) learnVerdicts(recorded as unknown as PushReply, now as unknown as PushReply)
      for (const page of (recorded as unknown as Partial<PullReply>).pulls ?? []) {
        const fresh = (now as unknown as PullReply).pulls.find((one) => one.collection === page.collection)
        checkpoints.set(canonicalJson(page.checkpoint), fresh?.checkpoint)
      }
    }
  }
}
