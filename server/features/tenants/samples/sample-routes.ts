import { AppError } from '#shared/errors.ts'
import { addSamplesSchema, removeSamplesSchema, samplesSchema, type Samples } from '#shared/tenants/samples.ts'
import { recordAudit } from '../../../audit/record-audit.ts'
import { may } from '../../../http/access.ts'
import { defineRoute, type Route } from '../../../http/define-route.ts'
import type { Tx } from '../../../postgres/transaction.ts'
import { recordAnnouncement, type Announcement } from '../../../sync/announce-records.ts'
import type { TenantNeeds } from '../needs.ts'
import { holdSamples, lockSamples, markSamples, readGround, readSamples } from './sample-store.ts'

const facts = { tag: 'tenants', access: may('tenant.manage') } as const

/** Sample data to try the office with: in, counted, and out again. Decision 42. */
export function sampleRoutes(needs: TenantNeeds): Route[] {
  return [readRoute(needs), addRoute(needs), removeRoute(needs)]
}

function readRoute({ database }: TenantNeeds): Route {
  return defineRoute({
    ...facts, method: 'get', path: '/api/v1/samples', summary: 'Sample records that are in the office, and what people wrote on them.', reply: { 200: samplesSchema },
    async handle({ context: { actor } }) {
      return { status: 200, body: await database.withTenant({ tenantId: actor.tenantId }, readSamples, { readOnly: true }) }
    }
  })
}

function addRoute(needs: TenantNeeds): Route {
  return defineRoute({
    ...facts, method: 'post', path: '/api/v1/samples', summary: 'Puts sample households, people and reports into the office’s wards and categories.',
    body: addSamplesSchema, reply: { 201: samplesSchema },
    async handle({ body, context: { actor, requestId, tenant, clock } }) {
      const who = { tenantId: actor.tenantId, actorId: actor.userId }
      const ground = await needs.database.withTenant(who, readGround, { readOnly: true })
      for (const path of ['wards', 'categories'] as const)
        if (ground[path].length === 0) throw new AppError('unprocessable', `The office has no ${path} yet.`, [{ path, message: 'One is needed first' }])
      const owner = { id: actor.userId!, name: actor.name }
      const write = await needs.makeSamples({ ...ground, tenantId: actor.tenantId, rules: tenant, owner }, { ...body, now: clock.now() })
      const done = await needs.database.withTenant(who, async (tx) => {
        await lockSamples(tx)
        if (!isEmpty(await readSamples(tx))) throw new AppError('conflict', 'The sample data is there already.')
        const records = await write(tx)
        await markSamples(tx, records)
        const now = await readSamples(tx)
        await recordAudit(tx, needs, { action: 'samples.add', actor, requestId, after: countsOf(now) })
        return { now, change: await recordAnnouncement(tx, records.map(({ id }) => id)) }
      })
      tell(needs, done.change)
      return { status: 201, body: done.now }
    }
  })
}

function removeRoute(needs: TenantNeeds): Route {
  return defineRoute({
    ...facts, method: 'post', path: '/api/v1/samples/removal', summary: 'Takes the sample records out again, with what people wrote on them, as far as that was confirmed.',
    body: removeSamplesSchema, reply: { 200: samplesSchema },
    async handle({ body, context: { actor, requestId } }) {
      const done = await needs.database.withTenant({ tenantId: actor.tenantId, actorId: actor.userId }, async (tx) => {
        const { gone, ...rest } = await takeOut(needs, tx, body.written)
        await recordAudit(tx, needs, { action: 'samples.remove', actor, requestId, before: countsOf(gone) })
        return { ...rest, now: await readSamples(tx) }
      })
      tell(needs, done.change)
      await done.removeFiles()
      return { status: 200, body: done.now }
    }
  })
}

/** Refuses with `conflict` where more was written since the person was asked, so that nothing goes that he did not agree to. */
async function takeOut(needs: TenantNeeds, tx: Tx, confirmed: number): Promise<{ gone: Samples; change: Announcement | null; removeFiles(): Promise<void> }> {
  await lockSamples(tx)
  const { all, grievances } = await holdSamples(tx)
  const gone = await readSamples(tx)
  if (gone.written !== confirmed) throw new AppError('conflict', 'People have written on the sample records since.')
  const { removeFiles } = await needs.forgetPhotos(tx, grievances)
  await tx.query('select remove_samples()')
  return { gone, change: await recordAnnouncement(tx, all), removeFiles }
}

const isEmpty = ({ households, people, grievances }: Samples) => households + people + grievances === 0

const countsOf = ({ households, people, grievances, written, staying }: Samples) => ({ households, people, grievances, written, staying })

function tell({ announce }: TenantNeeds, change: Announcement | null): void {
  if (change) announce(change)
}
