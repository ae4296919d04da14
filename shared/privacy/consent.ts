import { z } from 'zod'

/** What an address may be used for. Refusing any of them never holds up a grievance. */
export const purposes = ['grievance_updates', 'surveys', 'campaigns'] as const
export type Purpose = (typeof purposes)[number]

export const consentChannels = ['sms', 'email', 'whatsapp', 'push'] as const
export type ConsentChannel = (typeof consentChannels)[number]

/** The words a person was shown; raised when they change, so that it is known who agreed to which. */
export const noticeVersion = '2026-11'

/** One decision of a person, kept for ever beside later ones (DPDP Act 2023, sections 5 and 6). */
export const consentEventSchema = z.object({
  purpose: z.enum(purposes),
  channel: z.enum(consentChannels),
  given: z.boolean(),
  source: z.enum(['portal_form', 'portal_page', 'office'])
})
export type ConsentEvent = z.infer<typeof consentEventSchema>

/** A contact's standing consents as `purpose:channel` (null: never asked), where it can be reached, and how it came to that. */
export const consentStateSchema = z.object({
  language: z.enum(['en', 'hi']),
  consents: z.array(z.string()).nullable(),
  channels: z.array(z.enum(consentChannels)),
  decisions: z.array(consentEventSchema.extend({ at: z.string(), language: z.string(), notice: z.string() }))
})
export type ConsentState = z.infer<typeof consentStateSchema>

/** A decision told to the office; `language`: in which the notice was read out. */
export const consentChangeSchema = consentEventSchema.pick({ purpose: true, channel: true, given: true }).extend({ language: z.enum(['en', 'hi']) }).strict()

export type Use = { readonly allowed: true } | { readonly allowed: false; readonly reason: 'not_asked' | 'no_consent' }

/**
 * The firewall: whether a contact may be used. `consents` holds `purpose:channel` of what stands given; null where the person was
 * never asked: then only the grievance itself may be answered, for which the address was handed over (section 7(a)).
 */
export function mayUse(contact: { consents: readonly string[] | null }, purpose: Purpose, channel: ConsentChannel): Use {
  if (contact.consents === null) return purpose === 'grievance_updates' ? { allowed: true } : { allowed: false, reason: 'not_asked' }
  return contact.consents.includes(`${purpose}:${channel}`) ? { allowed: true } : { allowed: false, reason: 'no_consent' }
}
