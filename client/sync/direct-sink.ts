import { protocolVersion } from '#shared/protocol/protocol-version.ts'
import { pushReplySchema } from '#shared/protocol/push.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError, OfflineError } from '#client/http/api-error.ts'
import { CommandRefused, type CommandSink } from './command-sink.ts'
import { uploadDirectly } from './upload/direct-upload.ts'
import { makeCommand, type CommandMaker } from './make-command.ts'

export interface DirectSinkParts extends CommandMaker {
  api: ApiClient
  /** Name and version of the app, at most 40 characters. */
  app: string
}

const attempts = 3

/**
 * For the office, which is online: one command, one request, its verdict. A request without an answer is repeated with
 * the same id, so it is done once. Photos are uploaded when it is accepted. Throws `CommandRefused`, `ApiError` or `OfflineError`.
 */
export function createDirectSink(parts: DirectSinkParts): CommandSink {
  return {
    async submit(name, args, options = {}) {
      const command = { ...makeCommand(parts, name, { args, base: options.base }), seq: 0 }
      for (let attempt = 1; ; attempt += 1) {
        const body = { protocol: protocolVersion, app: parts.app, commands: [command], deviceTime: parts.clock.now() }
        const reply = await parts.api
          .call({ method: 'POST', path: '/api/v1/sync/push', body, reply: pushReplySchema })
          .catch((error: unknown) => {
            if (error instanceof OfflineError && attempt < attempts) return null
            throw error
          })
        const verdict = reply?.verdicts.find((one) => one.id === command.id)
        const decided = verdict?.verdict === 'duplicate' ? verdict.first : verdict?.verdict
        if (verdict && decided === 'rejected')
          throw new CommandRefused(verdict.code ?? 'stale_state', verdict.fields ?? [])
        if (verdict && decided !== 'retry') {
          const unsentPhotos = await uploadDirectly(parts.api, options.blobs ?? [])
          return { id: command.id, seq: 0, verdict, unsentPhotos }
        }
        if (attempt === attempts) throw busy(verdict?.afterMs ?? null)
        await new Promise((resolve) => setTimeout(resolve, Math.min(verdict?.afterMs ?? 500, 2_000)))
      }
    }
  }
}

function busy(retryAfterMs: number | null): ApiError {
  return new ApiError({ status: 503, code: 'unavailable', fields: [], retryAfterMs })
}
