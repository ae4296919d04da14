import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import { uuidSchema } from '#shared/ids.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { oidcChangeSchema, oidcRemovalSchema, oidcSettingsSchema, type OidcChange, type OidcSettings } from '#shared/identity/oidc.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { checkOwnPassword } from '../password-route.ts'
import { requireGrant } from '../roles/rights-store.ts'
import type { OidcParts } from './oidc-parts.ts'
import { ProviderError } from './provider-error.ts'
import { listLinks, readProvider, removeLink, removeProvider, saveProvider, type StoredProvider } from './provider-store.ts'

const path = '/api/v1/oidc'
const facts = { tag: 'identity', access: may('user.manage') } as const
/** Saving calls the address that was given. */
const limit = { name: 'oidc-settings', points: 30, seconds: 15 * 60, by: 'actor' } as const

/**
 * The provider of the office. Whoever chooses it can let anybody in as anybody: so changing it asks for all rights of an owner and
 * for the own password.
 */
export function oidcSettingsRoutes(parts: OidcParts): Route[] {
  return [readRoute(parts), saveRoute(parts), removeRoute(parts), unlinkRoute(parts)]
}

function readRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'get', path, summary: 'The provider of logins of the office, without its secret, and who has used it.', reply: { 200: oidcSettingsSchema },
    async handle({ context }) {
      return { status: 200, body: await parts.database.withTenant(who(context), (tx) => settingsOf(parts, tx, context.basePath), { readOnly: true }) }
    }
  })
}

function saveRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'post', path, summary: 'Sets the provider of logins; it is asked for its description first.', limit, body: oidcChangeSchema, reply: { 200: oidcSettingsSchema },
    async handle({ body, context }) {
      await checkOwnPassword(parts, context, { password: body.password, path: 'password' })
      await parts.provider.discover(body.issuer).catch(refuseIssuer)
      const settings = await parts.database.withTenant(who(context), async (tx) => {
        await requireGrant(tx, context.actor.userId, { role: 'owner' })
        const before = await readProvider(tx)
        const after = { ...body, clientSecret: secretOf(body, before), changedAt: new Date(parts.clock.now()).toISOString() }
        await saveProvider(tx, { ...after, id: parts.newId() })
        await writeDown(tx, parts, { context, action: 'oidc.set', before, after })
        return settingsOf(parts, tx, context.basePath)
      })
      return { status: 200, body: settings }
    }
  })
}

function removeRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'post', path: `${path}/remove`, summary: 'Takes the provider of logins away; nobody is logged out.', limit, body: oidcRemovalSchema, reply: { 204: noBody },
    async handle({ body, context }) {
      await checkOwnPassword(parts, context, { password: body.password, path: 'password' })
      await parts.database.withTenant(who(context), async (tx) => {
        await requireGrant(tx, context.actor.userId, { role: 'owner' })
        const before = await readProvider(tx)
        if (await removeProvider(tx)) await writeDown(tx, parts, { context, action: 'oidc.remove', before, after: null })
      })
      return { status: 204, body: undefined }
    }
  })
}

function unlinkRoute(parts: OidcParts): Route {
  return defineRoute({
    ...facts, method: 'delete', path: '/api/v1/users/:id/oidc', summary: 'Forgets which account of the provider is this person: the next login finds it by the e-mail address again.',
    params: z.object({ id: uuidSchema }), reply: { 204: noBody },
    async handle({ params: { id }, context }) {
      await parts.database.withTenant(who(context), async (tx) => {
        await requireGrant(tx, context.actor.userId, { role: 'owner' })
        if (!(await removeLink(tx, id))) throw new AppError('not_found', 'This person is not linked.')
        await recordAudit(tx, parts, { action: 'oidc.unlink', actor: context.actor, requestId: context.requestId, subject: { type: 'user', id } })
      })
      return { status: 204, body: undefined }
    }
  })
}

async function settingsOf(parts: OidcParts, tx: Tx, basePath: string): Promise<OidcSettings> {
  const stored = await readProvider(tx)
  const provider = stored && { issuer: stored.issuer, clientId: stored.clientId, label: stored.label, changedAt: stored.changedAt }
  return { provider, redirectUri: await parts.redirectUri(tx, basePath), links: await listLinks(tx) }
}

/** A secret is for one client of one issuer: it is never sent to another. */
function secretOf(body: OidcChange, before: StoredProvider | null): string {
  if (body.clientSecret !== undefined) return body.clientSecret
  if (before && before.issuer === body.issuer && before.clientId === body.clientId) return before.clientSecret
  throw new AppError('invalid_request', 'The client secret is missing.', [{ path: 'clientSecret', message: 'Needed' }])
}

function refuseIssuer(error: unknown): never {
  if (!(error instanceof ProviderError)) throw error
  const message = error.reason.endsWith('_inside') ? 'Leads into a private network' : error.reason === 'issuer' ? 'Calls itself otherwise' : 'Does not answer as a provider'
  throw new AppError('invalid_request', 'This is not the address of a login provider.', [{ path: 'issuer', message }])
}

interface ProviderAudit {
  context: RequestContext<Actor>
  action: 'oidc.set' | 'oidc.remove'
  before: StoredProvider | null
  after: StoredProvider | null
}

async function writeDown(tx: Tx, parts: OidcParts, { context, action, before, after }: ProviderAudit): Promise<void> {
  const told = (one: StoredProvider | null) => one && { issuer: one.issuer, clientId: one.clientId, label: one.label }
  await recordAudit(tx, parts, { action, actor: context.actor, requestId: context.requestId, before: told(before), after: told(after) })
}

const who = ({ actor }: RequestContext<Actor>) => ({ tenantId: actor.tenantId, actorId: actor.userId })
