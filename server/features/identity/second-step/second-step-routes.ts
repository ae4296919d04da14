import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '#shared/errors.ts'
import type { Actor, OfficeRole } from '#shared/identity/actor.ts'
import {
  recoveryCodesSchema,
  secondStepConfirmSchema,
  secondStepRemoveSchema,
  secondStepSchema,
  secondStepSetupSchema,
  secondStepStartSchema,
  type SecondStepKind,
  type SecondStepSetup
} from '#shared/identity/second-step.ts'
import { uuidSchema } from '#shared/ids.ts'
import { may, signedIn } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import { checkOwnPassword } from '../password-route.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { SessionParts } from '../needs.ts'
import { notePasskey } from '../passkeys/note-passkey.ts'
import { removePasskeysOf } from '../passkeys/passkey-store.ts'
import { requireGrant, rightsOfRole } from '../roles/rights-store.ts'
import { sendStepCode, takeCode } from './check-second-step.ts'
import { makeRecoveryCodes } from './second-step-keys.ts'
import { beginStep, confirmStep, readStep, removeStep, showStep } from './second-step-store.ts'
import { liftLimit, refuseSecondSetup } from './limited-session.ts'
import { tellLifted } from './tell-lifted.ts'
import { base32, totpUri } from './totp.ts'

const path = '/api/v1/session/second-step'
const limit = { name: 'second-step-setup', points: 20, seconds: 15 * 60, by: 'actor' } as const

/** Setting up and taking away the second step of the own login, and of somebody who lost it. */
export function secondStepRoutes(parts: SessionParts): Route[] {
  return [showRoute(parts), startRoute(parts), confirmRoute(parts), removeRoute(parts), removeForRoute(parts)]
}

function showRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'get', path, summary: 'Which second step the own login has.', tag: 'identity', access: signedIn, reply: { 200: secondStepSchema },
    async handle({ context }) {
      return { status: 200, body: await parts.database.withTenant(who(context), (tx) => showStep(tx, userOf(context)), { readOnly: true }) }
    }
  })
}

function startRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', whileLimited: true, path, summary: 'Begins to set up a second step: a secret for an app, or a code by e-mail.', tag: 'identity',
    access: signedIn, limit, body: secondStepStartSchema, reply: { 200: secondStepSetupSchema },
    async handle({ body, context }) {
      await checkOwnPassword(parts, context, { password: body.password, path: 'password' })
      return { status: 200, body: await begin(parts, context, body.kind) }
    }
  })
}

async function begin(parts: SessionParts, context: RequestContext<Actor>, kind: SecondStepKind): Promise<SecondStepSetup> {
  const whose = { tenantId: context.tenant.tenantId, userId: userOf(context) }
  const secret = randomBytes(20)
  const sealedSecret = kind === 'totp' ? parts.stepKeys.sealSecret(secret, whose) : null
  const login = await parts.database.withTenant(who(context), async (tx) => {
    if (context.session.isLimited) await makeWay(tx, whose.userId, kind)
    const hasBegun = await beginStep(tx, { userId: whose.userId, kind, sealedSecret, nowMs: context.clock.now() })
    if (!hasBegun) throw new AppError('conflict', 'There is a second step already. Remove it first.')
    return (await tx.query<{ login: string }>('select login from user_account where id = $1', [whose.userId])).rows[0]?.login ?? ''
  })
  if (kind === 'email') {
    await sendStepCode(parts, whose)
    return { secret: null, uri: null }
  }
  return { secret: base32(secret), uri: totpUri({ secret: base32(secret), office: context.tenant.name, login }) }
}

/** A limited session sets up the first step that the rule takes; codes by e-mail, which it does not take, make way for it. Throws `conflict`. */
async function makeWay(tx: Tx, userId: string, kind: SecondStepKind): Promise<void> {
  if (kind === 'email') throw new AppError('conflict', 'The office wants codes of an app or a passkey.')
  await refuseSecondSetup(tx, userId)
  if ((await readStep(tx, userId))?.kind === 'email') await removeStep(tx, userId)
}

function confirmRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', whileLimited: true, path: `${path}/confirm`, summary: 'Puts the second step in force with a first code; replies with the recovery codes, once.', tag: 'identity',
    access: signedIn, limit, body: secondStepConfirmSchema, reply: { 200: recoveryCodesSchema },
    async handle({ body, context }) {
      const userId = userOf(context)
      const step = await parts.database.withTenant(who(context), (tx) => readStep(tx, userId), { readOnly: true })
      if (!step || step.confirmed) throw new AppError('conflict', 'There is nothing to confirm.')
      const isRight = await parts.database.withTenant(who(context), (tx) => takeCode(parts, tx, { step, userId, code: body.code }))
      if (!isRight) throw new AppError('invalid_request', 'The code is not right.', [{ path: 'code', message: 'Not right' }])
      const recoveryCodes = makeRecoveryCodes()
      const whose = { tenantId: context.tenant.tenantId, userId }
      const codeHashes = recoveryCodes.map((code) => parts.stepKeys.hashesOf(code, whose)[0])
      const isIn = await parts.database.withTenant(who(context), async (tx) => {
        if (context.session.isLimited) await refuseSecondSetup(tx, userId)
        const isFirst = await confirmStep(tx, { userId, codeHashes, nowMs: context.clock.now() })
        if (isFirst && step.kind === 'totp') await liftLimit(tx, context.session.familyId)
        return isFirst
      })
      if (!isIn) throw new AppError('conflict', 'There is nothing to confirm.')
      await tellLifted(parts, context)
      return { status: 200, body: { recoveryCodes } }
    }
  })
}

function removeRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path: `${path}/remove`, summary: 'Takes the second step away from the own login.', tag: 'identity',
    access: signedIn, limit, body: secondStepRemoveSchema, reply: { 204: noBody },
    async handle({ body, context }) {
      await checkOwnPassword(parts, context, { password: body.password, path: 'password' })
      await parts.database.withTenant(who(context), (tx) => removeStep(tx, userOf(context)))
      return { status: 204, body: undefined }
    }
  })
}

function removeForRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'delete', path: '/api/v1/users/:id/second-step', summary: 'Takes second step and passkeys away from somebody who lost them.', tag: 'identity',
    access: may('user.manage'), params: z.object({ id: uuidSchema }), reply: { 204: noBody },
    async handle({ params, context }) {
      await parts.database.withTenant(who(context), async (tx) => {
        const { rows } = await tx.query<{ role: OfficeRole; custom: string | null }>('select role, custom_role_id as custom from user_account where id = $1', [params.id])
        if (!rows[0]) throw new AppError('not_found', 'There is no such person.')
        await requireGrant(tx, context.actor.userId, await rightsOfRole(tx, rows[0].role, rows[0].custom))
        await removeStep(tx, params.id)
        for (const id of await removePasskeysOf(tx, params.id)) await notePasskey(tx, parts, { context, action: 'passkey.remove', id, of: params.id })
      })
      return { status: 204, body: undefined }
    }
  })
}

const userOf = ({ actor }: RequestContext<Actor>): string => actor.userId ?? ''
const who = ({ actor }: RequestContext<Actor>) => ({ tenantId: actor.tenantId, actorId: actor.userId })
