import { z } from 'zod'
import { uuidSchema } from '#shared/ids.ts'
import { newUserSchema, userChangeSchema, userListSchema, userPageSize, userSchema, type User, type UserChange } from '#shared/identity/user.ts'
import { pageQuerySchema } from '#shared/list-page.ts'
import { maskFields } from '#shared/identity/field-mask.ts'
import { fieldFacts } from '#shared/schema-facts.ts'
import { changedFields, notKept } from '../../audit/changed-fields.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { may } from '../../http/access.ts'
import { defineRoute, type Route } from '../../http/define-route.ts'
import { endPasswordLinks } from './account/password-links.ts'
import { refuseWeakPassword } from './account/weak-passwords.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { requireGrant, rightsOfRole } from './roles/rights-store.ts'
import { endSessions } from './refresh-token-store.ts'
import type { SessionParts } from './needs.ts'
import { tellChanged } from './sessions.ts'
import { changeUser, findUser, insertUser, listUsers, lockOwners } from './user-store.ts'
import type { RequestContext } from '../../http/request-context.ts'

const path = '/api/v1/users'
const facts = fieldFacts(userSchema)

/** The people of the office. */
export function userRoutes(parts: SessionParts): Route[] {
  return [listRoute(parts), createRoute(parts), changeRoute(parts)]
}

function listRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'get', path, summary: 'The people of the office, by name.', tag: 'identity',
    access: may('user.read'), query: pageQuerySchema(userPageSize), reply: { 200: userListSchema },
    async handle({ query, context }) {
      const { page, next } = await parts.database.withTenant(who(context.actor), (tx) => listUsers(tx, query), { readOnly: true })
      return { status: 200, body: { users: page.map((user) => maskFields(context.actor, facts, user)), next } }
    }
  })
}

function createRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path, summary: 'Adds a person; without a password, who then gets a link to choose one.', tag: 'identity',
    access: may('user.manage'), body: newUserSchema, reply: { 201: userSchema },
    async handle({ body, context }) {
      const { password, ...told } = body
      if (password !== undefined) refuseWeakPassword(password, [context.tenant.name, body.name, body.login], 'password')
      const passwordHash = password === undefined ? null : await parts.hasher.hash(password)
      const user = await parts.database.withTenant(who(context.actor), async (tx) => {
        await requireGrant(tx, context.actor.userId, await rightsOfRole(tx, told.role, told.customRoleId ?? null))
        const added = await insertUser(tx, { ...told, id: parts.newId(), passwordHash })
        await writeDown(tx, parts, { action: 'user.add', before: null, after: added, context })
        return added
      })
      return { status: 201, body: user }
    }
  })
}

function changeRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'patch', path: `${path}/:id`, summary: 'Changes a person. A new password or `disabled` ends all sessions of the person.', tag: 'identity',
    access: may('user.manage'), params: z.object({ id: uuidSchema }), body: userChangeSchema, reply: { 200: userSchema },
    async handle({ params, body, context }) {
      const { password, ...told } = body
      if (password !== undefined) refuseWeakPassword(password, [context.tenant.name, body.name ?? ''], 'password')
      const secret = password === undefined ? {} : { passwordHash: await parts.hasher.hash(password) }
      const endsSessions = password !== undefined || body.status === 'disabled'
      const user = await parts.database.withTenant(who(context.actor), async (tx) => {
        await lockOwners(tx)
        const role = await roleAfter(tx, params.id, { change: told, granterId: context.actor.userId })
        const before = await findUser(tx, params.id)
        const changed = await changeUser(tx, params.id, { ...told, ...secret, ...role })
        if (endsSessions || body.email !== undefined) await endPasswordLinks(parts, tx, params.id)
        await writeDown(tx, parts, { action: 'user.change', before, after: changed, context, newPassword: password !== undefined })
        if (endsSessions) await endSessions(tx, { userId: params.id }, context.clock.now())
        return changed
      })
      parts.loader.forget(context.tenant.tenantId)
      const reason = endsSessions ? 'revoked' : 'scope_changed'
      if (endsSessions || body.role || body.customRoleId !== undefined || body.wardIds || body.departmentLimit !== undefined) await tellChanged(parts, { tenantId: context.tenant.tenantId, userId: user.id, reason })
      return { status: 200, body: user }
    }
  })
}

/** What the change makes of base and custom role; nothing of what stays, so that nobody is told of it. Throws `forbidden` where the one or the other is more than the granter has himself. */
async function roleAfter(
  tx: Tx,
  userId: string,
  { change, granterId }: { change: Pick<UserChange, 'role' | 'customRoleId'>; granterId: string | null }
): Promise<Partial<Pick<User, 'role' | 'customRoleId'>>> {
  const before = await findUser(tx, userId)
  const role = change.role ?? before.role
  const kept = role === before.role ? before.customRoleId : null
  const customRoleId = change.customRoleId === undefined ? kept : change.customRoleId
  await requireGrant(tx, granterId, await rightsOfRole(tx, before.role, before.customRoleId), await rightsOfRole(tx, role, customRoleId))
  return { ...(role !== before.role && { role }), ...(customRoleId !== before.customRoleId && { customRoleId }) }
}

function who(actor: { tenantId: string; userId: string | null }): { tenantId: string; actorId: string | null } {
  return { tenantId: actor.tenantId, actorId: actor.userId }
}

/** What changed of a person; of a password only that it did. */
async function writeDown(
  tx: Tx,
  parts: SessionParts,
  done: { action: string; before: User | null; after: User; context: RequestContext; newPassword?: boolean }
): Promise<void> {
  const { before, after } = changedFields(done.before && { ...done.before }, { ...done.after }, facts)
  const { actor, requestId } = done.context
  const subject = { type: 'user', id: done.after.id }
  await recordAudit(tx, parts, { action: done.action, actor, requestId, subject, before, after: { ...after, ...(done.newPassword && { password: notKept }) } })
}
