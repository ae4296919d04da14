import type { RejectionCode } from '#shared/errors.ts'
import type { Command } from '#shared/protocol/command.ts'
import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import { pushReplySchema, type Verdict } from '#shared/protocol/push.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import { CommandRefused, type CommandSink, type SubmitOptions } from './command-sink.ts'
import { makeCommand, type CommandMaker } from './make-command.ts'
import { uploadDirectly } from './upload/direct-upload.ts'

export interface DirectSinkParts extends CommandMaker {
  api: ApiClient
  /** Name and version of the app, at most 40 characters. */
  app: string
}

export interface NewCommand extends Pick<SubmitOptions, 'base'> {
  readonly name: string
  readonly args: Record<string, unknown>
}

/** What became of one of several commands. */
export interface CommandOutcome {
  readonly verdict: Verdict
  /** Why it was refused; null when it was taken. */
  readonly refusal: RejectionCode | null
}

export interface DirectSink extends CommandSink {
  /**
   * Several commands in one request per hundred, judged in order; a refused one keeps no other back. Outcomes in the order
   * given. Throws `ApiError` or `OfflineError`, and `CommandRefused` when one has no valid args: then none was sent.
   */
  submitAll(commands: readonly NewCommand[]): Promise<CommandOutcome[]>
}

const attempts = 3
const commandsPerRequest = 100

/**
 * For the office, which is online: one command, one request, its verdict. A request without an answer is repeated with
 * the same id, so it is done once. Photos are uploaded when it is accepted. Throws `CommandRefused`, `ApiError` or `OfflineError`.
 */
export function createDirectSink(parts: DirectSinkParts): DirectSink {
  const make = ({ name, args, base }: NewCommand): Command => ({ ...makeCommand(parts, name, { args, base }), seq: 0 })
  return {
    async submit(name, args, options = {}) {
      const command = make({ name, args, ...(options.base && { base: options.base }) })
      const [outcome] = await decideAll(parts, [command])
      const { verdict, refusal } = outcome!
      if (refusal) throw new CommandRefused(refusal, verdict.fields ?? [])
      const unsentPhotos = await uploadDirectly(parts.api, options.blobs ?? [])
      return { id: command.id, seq: 0, verdict, unsentPhotos }
    },
    async submitAll(given) {
      const commands = given.map(make)
      const outcomes: CommandOutcome[] = []
      for (let from = 0; from < commands.length; from += commandsPerRequest)
        outcomes.push(...(await decideAll(parts, commands.slice(from, from + commandsPerRequest))))
      return outcomes
    }
  }
}

/** Asks until every command has its verdict. */
async function decideAll(parts: DirectSinkParts, commands: readonly Command[]): Promise<CommandOutcome[]> {
  const decided = new Map<string, CommandOutcome>()
  for (let attempt = 1; ; attempt += 1) {
    const open = commands.filter(({ id }) => !decided.has(id))
    const verdicts = await send(parts, open, attempt === attempts)
    for (const verdict of verdicts) {
      const outcome = outcomeOf(verdict)
      if (outcome) decided.set(verdict.id, outcome)
    }
    if (commands.every(({ id }) => decided.has(id))) return commands.map(({ id }) => decided.get(id)!)
    const afterMs = verdicts.find((verdict) => verdict.verdict === 'retry')?.afterMs
    if (attempt === attempts) throw busy(afterMs ?? null)
    await new Promise((resolve) => setTimeout(resolve, Math.min(afterMs ?? 500, 2_000)))
  }
}

/** The verdicts of one request; none when the line broke and there is another try. */
async function send(parts: DirectSinkParts, commands: readonly Command[], isLast: boolean): Promise<Verdict[]> {
  const body = { protocol: protocolVersion, app: parts.app, commands, deviceTime: parts.clock.now() }
  try {
    return (await parts.api.call({ method: 'POST', path: '/api/v1/sync/push', body, reply: pushReplySchema })).verdicts
  } catch (error) {
    if (error instanceof OfflineError && !isLast) return []
    throw error
  }
}

function outcomeOf(verdict: Verdict): CommandOutcome | null {
  const kind = verdict.verdict === 'duplicate' ? verdict.first : verdict.verdict
  if (kind === 'retry') return null
  return { verdict, refusal: kind === 'rejected' ? (verdict.code ?? 'stale_state') : null }
}

function busy(retryAfterMs: number | null): ApiError {
  return new ApiError({ status: 503, code: 'unavailable', fields: [], retryAfterMs })
}
