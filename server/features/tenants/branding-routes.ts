import { AppError } from '#shared/errors.ts'
import { logoBodySchema, setupSchema } from '#shared/tenants/setup.ts'
import { recordAudit } from '../../audit/record-audit.ts'
import { anyone, may } from '../../http/access.ts'
import { defineRawRoute, defineRoute, type Route } from '../../http/define-route.ts'
import type { TenantNeeds } from './needs.ts'
import { readSetup } from './setup-store.ts'

/** Base64 of two million characters, and what stands around it. */
const bodyLimit = 2_100_000

/** The logo of the office: set by its owner, encoded anew like every picture, shown to everybody at its address. */
export function brandingRoutes(needs: TenantNeeds): Route[] {
  return [setLogoRoute(needs), logoRoute(needs)]
}

function setLogoRoute(needs: TenantNeeds): Route {
  return defineRoute({
    method: 'post', path: '/api/v1/tenant/logo', summary: 'Sets the logo of the office, or takes it away.', tag: 'tenants', access: may('tenant.manage'),
    bodyLimit, body: logoBodySchema, reply: { 200: setupSchema },
    async handle({ body, context: { actor, requestId } }) {
      const logo = body.image === null ? null : await encodeLogo(needs, body.image)
      const setup = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        await tx.query('update tenant set logo = $2 where tenant_id = $1', [tx.tenantId, logo])
        const done = await readSetup(tx)
        await recordAudit(tx, needs, { action: 'tenant.logo', actor, requestId, after: { logoVersion: done.logoVersion } })
        return done
      })
      return { status: 200, body: setup }
    }
  })
}

async function encodeLogo({ preparePhoto }: TenantNeeds, image: string): Promise<string> {
  const { verdict } = await preparePhoto(Buffer.from(image, 'base64'))
  if (!verdict.ok) throw new AppError('unprocessable', 'This is no picture that can be shown.', [{ path: 'image', message: 'This is no picture that can be shown.' }])
  return verdict.thumb.toString('base64')
}

function logoRoute({ database }: TenantNeeds): Route {
  return defineRawRoute({
    method: 'get', path: '/brand/logo', summary: 'The logo of the office', tag: 'tenants', access: anyone, contentType: 'image/jpeg',
    async handle(_request, response, { tenant }) {
      const read = database.withTenant({ tenantId: tenant.tenantId }, (tx) => tx.query<{ logo: string | null }>('select logo from tenant where tenant_id = $1', [tx.tenantId]), { readOnly: true })
      const logo = (await read).rows[0]?.logo
      if (!logo) throw new AppError('not_found', 'This office has no logo.')
      response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
      response.setHeader('Cache-Control', 'public, max-age=86400')
      response.type('image/jpeg').send(Buffer.from(logo, 'base64'))
    }
  })
}
