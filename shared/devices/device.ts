import { z } from 'zod'
import { field } from '../schema-facts.ts'
import { uuidSchema } from '../ids.ts'
import { nextSchema } from '../list-page.ts'
import { unsentItemSchema } from '../protocol/push.ts'
import { givenUpSchema } from './given-up.ts'

export const deviceStatuses = ['active', 'revoked', 'stolen'] as const

/** One installation of an app by one person, as the office sees it. */
export const deviceSchema = z.object({
  id: field(uuidSchema, { label: 'devices.device.id', kind: 'id', sensitivity: 'internal' }),
  userId: field(uuidSchema, { label: 'devices.device.user', kind: 'reference', sensitivity: 'internal', filterable: true }),
  label: field(z.string().max(80), { label: 'devices.device.label', kind: 'text', sensitivity: 'internal' }),
  status: field(z.enum(deviceStatuses), { label: 'devices.device.status', kind: 'choice', sensitivity: 'internal', filterable: true, sortable: true }),
  createdAt: field(z.iso.datetime(), { label: 'devices.device.createdAt', kind: 'dateTime', sensitivity: 'internal', sortable: true }),
  /** Server clock, to about a minute. */
  lastSeenAt: field(z.iso.datetime().nullable(), { label: 'devices.device.lastSeenAt', kind: 'dateTime', sensitivity: 'internal', sortable: true }),
  lastPullAt: field(z.iso.datetime().nullable(), { label: 'devices.device.lastPullAt', kind: 'dateTime', sensitivity: 'internal', sortable: true }),
  appVersion: field(z.string().nullable(), { label: 'devices.device.appVersion', kind: 'text', sensitivity: 'internal' }),
  /** What the device said it holds unsent when it last spoke. */
  unsentCount: field(z.int().min(0).nullable(), { label: 'devices.device.unsentCount', kind: 'number', sensitivity: 'internal', sortable: true }),
  oldestUnsentAt: field(z.iso.datetime().nullable(), { label: 'devices.device.oldestUnsentAt', kind: 'dateTime', sensitivity: 'internal', sortable: true }),
  /** The oldest of them: what they are, not what they say. Times by the clock of the device, ms. */
  unsentItems: field(z.array(unsentItemSchema), { label: 'devices.device.unsentItems', kind: 'list', sensitivity: 'internal' }),
  /** What was given up on it by name at a logout, the last last. */
  givenUp: field(z.array(givenUpSchema), { label: 'devices.device.givenUp', kind: 'list', sensitivity: 'internal' }),
  /** When the device said that nothing is left on it. */
  wipedAt: field(z.iso.datetime().nullable(), { label: 'devices.device.wipedAt', kind: 'dateTime', sensitivity: 'internal', sortable: true }),
  /** Changes that it surrendered into quarantine. */
  surrendered: field(z.int().min(0), { label: 'devices.device.surrendered', kind: 'number', sensitivity: 'internal' }),
  /** The one who used it last. disabled: the account is, and the work is still on the device. gone: it was wiped there. */
  person: field(z.enum(['active', 'disabled', 'gone']), { label: 'devices.device.person', kind: 'choice', sensitivity: 'internal' })
})
export type Device = z.infer<typeof deviceSchema>

/** Most devices in one page. */
export const devicePageSize = 5000
export const deviceListSchema = z.object({ devices: z.array(deviceSchema), next: nextSchema })
