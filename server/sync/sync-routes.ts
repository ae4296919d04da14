import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { oldestPullVersion, protocolVersion } from '#shared/protocol/protocol-version.ts'
import { pullReplySchema, pullRequestSchema } from '#shared/protocol/pull.ts'
import { pushReplySchema, pushRequestSchema, type PushReply } from '#shared/protocol/push.ts'
import { signedIn } from '../http/access.ts'
import { defineRoute, JsonText, type Route } from '../http/define-route.ts'
import { heldRoute } from './held/held-route.ts'
import { pull, type PullDeps } from './pull.ts'
import type { CommandExecutor } from './push.ts'
import type { ReceiptSigner } from './receipt-signer.ts'

export interface SyncRouteDeps extends PullDeps {
  executor: CommandExecutor
  signer: ReceiptSigner
}

/** The sync doors: push and pull. The live stream stands in live-route.ts. */
export function syncRoutes(deps: SyncRouteDeps): Route[] {
  return [pushRoute(deps), pullRoute(deps), receiptKeyRoute(deps), heldRoute(deps)]
}

function pushRoute(deps: SyncRouteDeps): Route {
  return defineRoute({
    method: 'post',
    repeatable: true,
    path: '/api/v1/sync/push',
    summary: 'Send commands; each gets its own verdict and a receipt',
    tag: 'sync',
    access: signedIn,
    body: pushRequestSchema,
    bodyLimit: 2_000_000,
    reply: { 200: pushReplySchema },
    async handle({ body, context }) {
      const { verdicts, batches, feed } = await deps.executor.execute({
        actor: context.actor,
        commands: body.commands,
        requestId: context.requestId,
        report: { app: body.app, unsent: body.unsent ?? null }
      })
      const { generation, durableTo } = feed
      const reply: PushReply = { protocol: protocolVersion, serverTime: deps.clock.now(), generation, durableTo, verdicts, batches }
      return { status: 200, body: new JsonText(JSON.stringify(reply)) }
    }
  })
}

function pullRoute(deps: SyncRouteDeps): Route {
  return defineRoute({
    method: 'post',
    repeatable: true,
    path: '/api/v1/sync/pull',
    summary: 'Read the next page of each replica',
    tag: 'sync',
    access: signedIn,
    body: pullRequestSchema,
    reply: { 200: pullReplySchema },
    async handle({ body, context }) {
      if (body.protocol < oldestPullVersion) throw new AppError('upgrade_required')
      return { status: 200, body: await pull(deps, context.actor, body) }
    }
  })
}

const signingKeySchema = z.object({ keyId: z.string(), publicKey: z.string() })

function receiptKeyRoute(deps: SyncRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/api/v1/sync/receipt-key',
    summary: 'The public key that receipts are signed with (Ed25519, SPKI in PEM), and the one before it while it counts',
    tag: 'sync',
    access: signedIn,
    reply: { 200: signingKeySchema.extend({ former: z.array(signingKeySchema) }) },
    handle: () => ({ status: 200, body: { keyId: deps.signer.keyId, publicKey: deps.signer.publicKey, former: [...deps.signer.former] } })
  })
}
