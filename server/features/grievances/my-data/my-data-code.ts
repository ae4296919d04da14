import { networkOf } from '../../../http/network.ts'
import type { RequestContext } from '../../../http/request-context.ts'
import { enqueue } from '../../../jobs/outbox.ts'
import { secretMessage } from '../../../one-time/secret-message.ts'
import type { PortalNeeds } from '../pages/needs.ts'
import { reporterSelf, type ReporterSelf } from '../privacy/consent-store.ts'

const purpose = 'my-data'
const validMs = 10 * 60_000
/** Codes that are sent about one report, and asked for by one network. */
const ofReport = { name: 'my-data-code', points: 3, seconds: 15 * 60 } as const
const ofNetwork = { name: 'my-data-code-network', points: 20, seconds: 60 * 60 } as const

type Way = { readonly channel: 'sms' | 'email'; readonly to: string }

/** How a code reaches whoever is kept: the phone where SMS go out, else the e-mail; null where neither can be reached. */
export function wayOf(self: ReporterSelf, config: PortalNeeds['config']): Way | null {
  if (self.phone && config.SMS_URL) return { channel: 'sms', to: self.phone }
  return self.email && config.SMTP_URL ? { channel: 'email', to: self.email } : null
}

/** Sends six digits to the kept phone or e-mail, good for ten minutes; false when it was asked for too often, or nothing can be reached. */
export async function sendCode(needs: PortalNeeds, context: RequestContext, { grievanceId, language }: { grievanceId: string; language: string }): Promise<boolean> {
  const { tenantId } = context.tenant
  const counted = [await needs.limiter.consume(ofReport, `${tenantId}:${grievanceId}`), await needs.limiter.consume(ofNetwork, `${tenantId}:${networkOf(context.ip)}`)]
  if (counted.some(({ allowed }) => !allowed)) return false
  return needs.database.withTenant({ tenantId }, async (tx) => {
    const self = await reporterSelf(tx, grievanceId)
    const way = self && wayOf(self, needs.config)
    if (!way) return false
    const id = needs.newId()
    await needs.oneTime.issueCode(tx, { id, purpose, subject: grievanceId, validMs, facts: { to: way.to } }, needs.clock.now())
    const subject = { type: 'reporter', id: grievanceId }
    await enqueue(tx, [secretMessage({ id: needs.newId(), secretId: id, topic: 'code.asked', channel: way.channel, subject, language, validMs })])
    return true
  })
}

/** Whether these are the digits that were sent; they are used up then. A wrong try counts: five, then a new code is needed. */
export async function checkCode(needs: PortalNeeds, context: RequestContext, given: { grievanceId: string; code: string }): Promise<'right' | 'wrong' | 'none'> {
  const { tenantId } = context.tenant
  const code = { purpose, subject: given.grievanceId, code: given.code }
  return (await needs.database.withTenant({ tenantId }, (tx) => needs.oneTime.useCode(tx, code, needs.clock.now()))).kind
}
