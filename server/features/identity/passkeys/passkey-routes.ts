import { isIP } from 'node:net'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { newPasskeySchema, passkeyChangeSchema, passkeyCreationSchema, passkeyListSchema, passkeySchema, passkeyStartSchema, type NewPasskey } from '#shared/identity/passkey.ts'
import { uuidSchema } from '#shared/ids.ts'
import { signedIn } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { SessionParts } from '../needs.ts'
import { checkOwnPassword } from '../password-route.ts'
import { liftLimit, refuseSecondSetup } from '../second-step/limited-session.ts'
import { tellLifted } from '../second-step/tell-lifted.ts'
import { challengeMs, useChallenge } from './challenges.ts'
import { notePasskey } from './note-passkey.ts'
import { userHandle } from './passkey-login.ts'
import { credentialIdsOf, insertPasskey, listPasskeys, removePasskey, renamePasskey } from './passkey-store.ts'
import { algorithms, passkeyPlace, verifyNewPasskey } from './verify-passkey.ts'

const path = '/api/v1/passkeys'
const params = z.object({ id: uuidSchema })
const facts = { tag: 'identity', access: signedIn } as const
const limit = { name: 'passkey-setup', points: 20, seconds: 15 * 60, by: 'actor' } as const
/** More than anybody has devices. */
const mostPasskeys = 20

/** The passkeys of one's own account. Making one asks for the password, as setting up a second step does. */
export function passkeyRoutes(parts: SessionParts): Route[] {
  return [listRoute(parts), startRoute(parts), addRoute(parts), renameRoute(parts), removeRoute(parts)]
}

function listRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'get', path, summary: 'The passkeys of the own login.', reply: { 200: passkeyListSchema },
    async handle({ context }) {
      return { status: 200, body: { passkeys: await parts.database.withTenant(who(context), (tx) => listPasskeys(tx, userOf(context)), { readOnly: true }) } }
    }
  })
}

function startRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'post', whileLimited: true, path: `${path}/options`, summary: 'What the browser needs to make a passkey: a challenge that is good once, for five minutes.',
    limit, body: passkeyStartSchema, reply: { 200: passkeyCreationSchema },
    async handle({ body, context }) {
      const { rpId } = passkeyPlace(parts.config.PUBLIC_URL)
      if (isIP(rpId.replace(/^\[|\]$/g, '')) !== 0) throw new AppError('conflict', 'Passkeys need an address with a name, not with numbers.')
      await checkOwnPassword(parts, context, { password: body.password, path: 'password' })
      const whose = { tenantId: context.tenant.tenantId, userId: userOf(context) }
      const { login, exclude } = await parts.database.withTenant(who(context), async (tx) => {
        const { rows } = await tx.query<{ login: string }>('select login from user_account where id = $1', [whose.userId])
        return { login: rows[0]?.login ?? '', exclude: await credentialIdsOf(tx, whose.userId) }
      }, { readOnly: true })
      if (exclude.length >= mostPasskeys) throw new AppError('conflict', 'There are as many passkeys as one person may have.')
      const challenge = parts.challenges.issue({ tenantId: whose.tenantId, registers: whose.userId }, context.clock.now())
      const user = { id: userHandle(whose), name: `${login} · ${context.tenant.name}`, displayName: context.actor.name }
      return { status: 200, body: { challenge, rp: { id: rpId, name: context.tenant.name }, user, algorithms, exclude, timeoutMs: challengeMs } }
    }
  })
}

function addRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'post', whileLimited: true, path, summary: 'Keeps a passkey that the browser has made.', limit, body: newPasskeySchema, reply: { 201: passkeySchema },
    async handle({ body, context }) {
      return { status: 201, body: await add(parts, context, body) }
    }
  })
}

async function add(parts: SessionParts, context: RequestContext<Actor>, body: NewPasskey) {
  const [userId, now] = [userOf(context), context.clock.now()]
  const isGoodChallenge = (challenge: string) => parts.challenges.isGood(challenge, { tenantId: context.tenant.tenantId, registers: userId }, now)
  const made = await verifyNewPasskey(body, { ...passkeyPlace(parts.config.PUBLIC_URL), isGoodChallenge })
  if (!made) throw notTaken()
  const { challenge, ...credential } = made
  const isFirst = await parts.database.withTenant(who(context), (tx) => useChallenge(tx, challenge, now))
  if (!isFirst) throw notTaken()
  const passkey = await parts.database.withTenant(who(context), async (tx) => {
    if (context.session.isLimited) await refuseSecondSetup(tx, userId)
    const { transports } = body.credential
    const kept = await insertPasskey(tx, { ...credential, id: parts.newId(), userId, name: body.name, transports, nowMs: now })
    await notePasskey(tx, parts, { context, action: 'passkey.add', id: kept.id })
    await liftLimit(tx, context.session.familyId)
    return kept
  })
  await tellLifted(parts, context)
  return passkey
}

function renameRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'patch', path: `${path}/:id`, summary: 'Gives one of the own passkeys another name.', params, body: passkeyChangeSchema, reply: { 200: passkeySchema },
    async handle({ params: { id }, body, context }) {
      return { status: 200, body: await parts.database.withTenant(who(context), (tx) => renamePasskey(tx, { id, userId: userOf(context) }, body.name)) }
    }
  })
}

function removeRoute(parts: SessionParts): Route {
  return defineRoute({
    ...facts, method: 'delete', path: `${path}/:id`, summary: 'Removes one of the own passkeys: it lets nobody in any more.', params, reply: { 204: noBody },
    async handle({ params: { id }, context }) {
      await parts.database.withTenant(who(context), async (tx) => {
        await removePasskey(tx, { id, userId: userOf(context) })
        await notePasskey(tx, parts, { context, action: 'passkey.remove', id })
      })
      return { status: 204, body: undefined }
    }
  })
}

const notTaken = () => new AppError('invalid_request', 'The passkey was not accepted. Begin again.', [{ path: 'credential', message: 'Not accepted' }])
const userOf = ({ actor }: RequestContext<Actor>): string => actor.userId ?? ''
const who = ({ actor }: RequestContext<Actor>) => ({ tenantId: actor.tenantId, actorId: actor.userId })
