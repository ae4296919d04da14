import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { uuidSchema } from '#shared/ids.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { apiKeyListSchema, apiKeyPageSize, apiKeyRotationSchema, newApiKeySchema, shownApiKeySchema, type ApiKey } from '#shared/identity/api-key.ts'
import { pageQuerySchema } from '#shared/list-page.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { SessionParts } from '../needs.ts'
import { requireGrant } from '../roles/rights-store.ts'
import { findKey, insertKey, listKeys, revokeKey, rotateKey } from './api-key-store.ts'
import { wholeKey } from './machine-session.ts'

const path = '/api/v1/api-keys'
const params = z.object({ id: uuidSchema })
const access = may('user.manage')
const facts = { tag: 'identity', access } as const

/** Keys of machines. Whoever is told one can act with it: so making and rotating ask for all that the key may do. */
export function apiKeyRoutes(parts: SessionParts): Route[] {
  return [listRoute(parts), createRoute(parts), rotateRoute(parts), revokeRoute(parts)]
}

function listRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'get', path, summary: 'The keys of machines, without their secrets; those that stand first.',
    query: pageQuerySchema(apiKeyPageSize), reply: { 200: apiKeyListSchema },
    async handle({ query, context }) {
      const { page: keys, next } = await parts.database.withTenant(who(context), (tx) => listKeys(tx, query), { readOnly: true })
      return { status: 200, body: { keys, next } }
    }
  })
}

function createRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'post', path, summary: 'Makes a key for a machine, never with more than one has oneself. The whole key is in this answer and nowhere else.',
    body: newApiKeySchema, reply: { 201: shownApiKeySchema },
    async handle({ body, context }) {
      const [id, secret, masks] = [parts.newId(), newSecret(), context.actor.masks ?? []]
      const scopes = [...new Set(body.scopes)]
      const key = await parts.database.withTenant(who(context), async (tx) => {
        await requireGrant(tx, context.actor.userId, { role: 'machine', actions: scopes, masks })
        const made = await insertKey(tx, { ...body, scopes, id, secret, masks, createdBy: context.actor.userId }, parts.clock.now())
        await writeDown(tx, parts, { context, action: 'api_key.make', before: null, after: made })
        return made
      })
      return { status: 201, body: { ...key, key: wholeKey(id, secret) } }
    }
  })
}

function rotateRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'post', path: `${path}/:id/rotate`, summary: 'Gives a key a new secret; the old one is taken beside it for the hours given.',
    params, body: apiKeyRotationSchema, reply: { 200: shownApiKeySchema },
    async handle({ params: { id }, body, context }) {
      const secret = newSecret()
      const key = await parts.database.withTenant(who(context), async (tx) => {
        const { masks, ...before } = await findKey(tx, id)
        await requireGrant(tx, context.actor.userId, { role: 'machine', actions: before.scopes, masks })
        const after = await rotateKey(tx, before, { ...body, secret, now: parts.clock.now() })
        await writeDown(tx, parts, { context, action: 'api_key.rotate', before, after })
        return after
      })
      return { status: 200, body: { ...key, key: wholeKey(id, secret) } }
    }
  })
}

function revokeRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'post', path: `${path}/:id/revoke`, summary: 'Ends a key at once, with all tokens made from it.', params, reply: { 204: noBody },
    async handle({ params: { id }, context }) {
      await parts.database.withTenant(who(context), async (tx) => {
        const { masks: _masks, ...before } = await findKey(tx, id)
        await requireGrant(tx, context.actor.userId)
        await revokeKey(tx, id, parts.clock.now())
        await writeDown(tx, parts, { context, action: 'api_key.revoke', before, after: null })
      })
      return { status: 204, body: undefined }
    }
  })
}

/** 256 random bits. */
const newSecret = (): string => randomBytes(32).toString('base64url')

interface KeyAudit {
  context: RequestContext<Actor>
  action: 'api_key.make' | 'api_key.rotate' | 'api_key.revoke'
  before: ApiKey | null
  after: ApiKey | null
}

async function writeDown(tx: Tx, parts: SessionParts, { context, action, before, after }: KeyAudit): Promise<void> {
  const told = (key: ApiKey | null) => key && { scopes: key.scopes, expiresAt: key.expiresAt, formerUntil: key.formerUntil }
  const subject = { type: 'api_key', id: (after ?? before)?.id ?? null }
  await recordAudit(tx, parts, { action, actor: context.actor, requestId: context.requestId, subject, before: told(before), after: told(after) })
}

const who = ({ actor }: RequestContext<Actor>) => ({ tenantId: actor.tenantId, actorId: actor.userId })
