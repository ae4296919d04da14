import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { listOf, nextSchema, pageQuerySchema } from '../list-page.ts'
import { mayUse, purposes, type Purpose } from './consent.ts'

/** Ways by which a kept address is reached; web push goes by devices and has no address. */
export const listChannels = ['sms', 'email', 'whatsapp'] as const
export type ListChannel = (typeof listChannels)[number]

/** people: of the households. reporters: who brought a grievance. */
export const contactGroups = ['people', 'reporters'] as const
export type ContactGroup = (typeof contactGroups)[number]

/** Why a contact is not in the list, in the order in which it is asked. */
export const blockReasons = ['erased', 'no_address', 'report_closed', 'not_asked', 'refused', 'same_address'] as const
export type BlockReason = (typeof blockReasons)[number]

/** What a list is for and of whom; without `wards` of the whole office. */
export const contactListQuerySchema = z.strictObject({
  purpose: z.enum(purposes),
  channel: z.enum(listChannels),
  groups: listOf(z.enum(contactGroups)),
  wards: listOf(uuidSchema).optional()
})
export type ContactListQuery = z.infer<typeof contactListQuerySchema>

/** Query of `GET /api/v1/contact-lists/blocked`. */
export const blockedQuerySchema = contactListQuerySchema.extend({ reason: z.enum(blockReasons).optional(), ...pageQuerySchema(200).shape })

/** How many addresses the file would hold now, and how many contacts it would not. */
export const contactListCountsSchema = z.object({ allowed: z.int(), blocked: z.record(z.enum(blockReasons), z.int()) })
export type ContactListCounts = z.infer<typeof contactListCountsSchema>

/** A contact that is left out: never the address; `name` is null where it is not kept or hidden from the reader. */
export const blockedContactSchema = z.object({
  id: uuidSchema,
  group: z.enum(contactGroups),
  reason: z.enum(blockReasons),
  name: z.string().nullable(),
  wardId: uuidSchema.nullable(),
  /** Of the report, for reporters. */
  number: z.string().nullable()
})
export type BlockedContact = z.infer<typeof blockedContactSchema>
export const blockedPageSchema = z.object({ rows: z.array(blockedContactSchema), next: nextSchema })

/** What is known of a contact where it is judged; times in ms, server clock. */
export interface ListedContact {
  /** By the channel asked for, as it is compared; null where none is kept. */
  readonly address: string | null
  readonly isErased: boolean
  /** Of the report it was given for; null for somebody in a household. */
  readonly report: 'open' | 'closed' | null
  readonly consents: readonly string[] | null
  /** The last decision on this purpose and channel. */
  readonly decision: { readonly given: boolean; readonly at: number } | null
}

/** Addresses about which the last decision was a no, whichever of their contacts it was told for: a phone is shared. Of two at once the no counts. */
export function refusedAddresses(contacts: readonly ListedContact[]): Set<string> {
  const last = new Map<string, { given: boolean; at: number }>()
  for (const { address, decision } of contacts) {
    if (address === null || decision === null) continue
    const known = last.get(address)
    if (!known || decision.at > known.at || (decision.at === known.at && !decision.given)) last.set(address, decision)
  }
  return new Set([...last].flatMap(([address, { given }]) => (given ? [] : [address])))
}

/**
 * The purpose firewall of lists: null for a contact that may be in it, else why not. That who was never asked is told of his own report
 * holds while the report is open, and for nobody else. `refused`: see `refusedAddresses`.
 */
export function reasonToBlock(contact: ListedContact, { purpose, channel }: { purpose: Purpose; channel: ListChannel }, refused: ReadonlySet<string>): BlockReason | null {
  const { address, consents, decision, report } = contact
  if (contact.isErased) return 'erased'
  if (address === null) return 'no_address'
  if (purpose === 'grievance_updates' && report === 'closed') return 'report_closed'
  if (!mayUse({ consents }, purpose, channel).allowed) return decision === null ? 'not_asked' : 'refused'
  if (consents === null && report === null) return 'not_asked'
  return refused.has(address) ? 'refused' : null
}
