import { z } from 'zod'
import { uuidSchema } from '#shared/ids.ts'
import type { Actor } from '#shared/identity/actor.ts'
import { customRoleListSchema, customRoleSchema, newRoleSchema, roleChangeSchema, rolePageSize, type CustomRole, type NewRole, type Rights } from '#shared/identity/custom-role.ts'
import { pageQuerySchema } from '#shared/list-page.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRoute, noBody, type Route } from '../../../http/define-route.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import type { SessionParts } from '../needs.ts'
import { tellChanged } from '../sessions.ts'
import { requireGrant } from './rights-store.ts'
import { changeRole, findRole, holdersOf, insertRole, listRoles, removeRole } from './role-store.ts'

const path = '/api/v1/roles'
const one = `${path}/:id`
const params = z.object({ id: uuidSchema })

/** Roles that the office makes itself. */
export function roleRoutes(parts: SessionParts): Route[] {
  return [listRoute(parts), createRoute(parts), changeRoute(parts), removeRoute(parts)]
}

function listRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'get', path, summary: 'The roles that the office made, by name.', tag: 'identity',
    access: may('user.read'), query: pageQuerySchema(rolePageSize), reply: { 200: customRoleListSchema },
    async handle({ query, context }) {
      const { page: roles, next } = await parts.database.withTenant(who(context.actor), (tx) => listRoles(tx, query), { readOnly: true })
      return { status: 200, body: { roles, next } }
    }
  })
}

function createRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'post', path, summary: 'Makes a role: part of what a base role may do, never more, and never more than one has oneself.', tag: 'identity',
    access: may('user.manage'), body: newRoleSchema, reply: { 201: customRoleSchema },
    async handle({ body, context }) {
      const role = await parts.database.withTenant(who(context.actor), async (tx) => {
        await requireGrant(tx, context.actor.userId, rightsIn(body))
        const made = await insertRole(tx, parts.newId(), body)
        await audit(tx, parts, { context, action: 'role.made', before: null, after: made })
        return made
      })
      return { status: 201, body: role }
    }
  })
}

function changeRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'patch', path: one, summary: 'Changes a role, at once for everybody who has it.', tag: 'identity',
    access: may('user.manage'), params, body: roleChangeSchema, reply: { 200: customRoleSchema },
    async handle({ params: { id }, body, context }) {
      const done = await parts.database.withTenant(who(context.actor), async (tx) => {
        const before = await findRole(tx, id)
        await requireGrant(tx, context.actor.userId, rightsIn(before), rightsIn({ ...before, ...body }))
        const role = await changeRole(tx, before, body)
        await audit(tx, parts, { context, action: 'role.changed', before, after: role })
        return { role, holders: await holdersOf(tx, id) }
      })
      const changed = { tenantId: context.tenant.tenantId, reason: 'scope_changed' } as const
      for (const userId of done.holders) await tellChanged(parts, { ...changed, userId })
      return { status: 200, body: done.role }
    }
  })
}

function removeRoute(parts: SessionParts): Route {
  return defineRoute({
    method: 'delete', path: one, summary: 'Removes a role that nobody has.', tag: 'identity',
    access: may('user.manage'), params, reply: { 204: noBody },
    async handle({ params: { id }, context }) {
      await parts.database.withTenant(who(context.actor), async (tx) => {
        const before = await findRole(tx, id)
        await requireGrant(tx, context.actor.userId)
        await removeRole(tx, before)
        await audit(tx, parts, { context, action: 'role.removed', before, after: null })
      })
      return { status: 204, body: undefined }
    }
  })
}

const rightsIn = ({ baseRole, actions, masks }: NewRole): Rights => ({ role: baseRole, actions, masks })

interface RoleAudit {
  context: RequestContext<Actor>
  action: 'role.made' | 'role.changed' | 'role.removed'
  before: CustomRole | null
  after: CustomRole | null
}

function audit(tx: Tx, parts: SessionParts, { context: { actor, requestId }, action, before, after }: RoleAudit): Promise<void> {
  return recordAudit(tx, parts, { action, actor, requestId, subject: { type: 'custom_role', id: (after ?? before)?.id ?? null }, before, after })
}

function who(actor: Actor): { tenantId: string; actorId: string | null } {
  return { tenantId: actor.tenantId, actorId: actor.userId }
}
