import type { AccessSubject } from '#shared/identity/access-policy.ts'
import type { ConsentState } from '#shared/privacy/consent.ts'
import type { Tx } from '../../postgres/transaction.ts'

export interface KnownContact extends Pick<ConsentState, 'consents' | 'channels'> {
  readonly type: 'person_contact' | 'reporter_contact'
  /** Of the person, for the notice. */
  readonly language: 'en' | 'hi'
  /** What the access policy looks at. */
  readonly subject: AccessSubject
}

/** A contact of somebody in a household or of a reporter; null where there is none, or it was erased. */
export async function contactOf(tx: Tx, id: string): Promise<KnownContact | null> {
  const { rows } = await tx.query<Omit<KnownContact, 'channels' | 'subject' | 'language'> & { language: string; sealed: string; wardId: string | null; departmentId: string | null; authorId: string | null; assigneeId: string | null }>(
    `select 'person_contact' as type, c.sealed, c.consents, p.language, c.ward_id as "wardId", null::uuid as "departmentId", null::uuid as "authorId", null::uuid as "assigneeId"
     from person_contact c join person p on p.tenant_id = c.tenant_id and p.id = c.person_id where c.tenant_id = $1 and c.id = $2
     union all
     select 'reporter_contact', c.sealed, c.consents, c.language, g.ward_id, g.department_id, g.filed_by, g.assignee_id
     from reporter_contact c join grievance g on g.tenant_id = c.tenant_id and g.id = c.grievance_id where c.tenant_id = $1 and c.id = $2`,
    [tx.tenantId, id]
  )
  const [row] = rows
  if (!row) return null
  const { phone, email } = tx.sealed.open(id, row.sealed) as { phone: string | null; email: string | null }
  const { type, consents, wardId, departmentId, authorId, assigneeId } = row
  const channels: ConsentState['channels'] = [...(phone ? (['sms', 'whatsapp'] as const) : []), ...(email ? (['email'] as const) : [])]
  return { type, consents, channels, language: row.language === 'hi' ? 'hi' : 'en', subject: { wardId, ...(type === 'reporter_contact' && { departmentId }), authorId, assigneeId } }
}

/** The decisions on a contact, the latest first. */
export async function decisionsOf(tx: Tx, contactId: string): Promise<ConsentState['decisions']> {
  const { rows } = await tx.query<ConsentState['decisions'][number]>(
    `select purpose, channel, given, source, iso_instant(at) as at, language, notice from consent_event
     where tenant_id = $1 and contact_id = $2 order by at desc, id desc limit 50`,
    [tx.tenantId, contactId]
  )
  return rows
}
