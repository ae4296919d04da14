import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { stepCodeSchema } from './second-step.ts'
import { loginDeviceSchema, sessionReplySchema } from './session.ts'

/** Where the provider sends people back to: a page of the admin app, below the office's address. */
export const oidcReturnPath = '/admin/oidc'

/** The provider of logins of an office (OpenID Connect), without its secret. Times: server clock. */
export const oidcProviderSchema = z.object({
  issuer: z.url({ protocol: /^https?$/, error: 'Must be an https address' }).max(500),
  clientId: z.string().trim().min(1).max(200),
  /** What the button says, such as the name of the ministry. */
  label: z.string().trim().min(1).max(60),
  changedAt: z.iso.datetime()
})
export type OidcProvider = z.infer<typeof oidcProviderSchema>

/** Somebody who has logged in by the provider. */
export const oidcLinkSchema = z.object({ userId: uuidSchema, name: z.string(), linkedAt: z.iso.datetime(), lastUsedAt: z.iso.datetime() })

/** Reply of `GET /api/v1/oidc`. `links`: who used it last comes first, at most 500. */
export const oidcSettingsSchema = z.object({ provider: oidcProviderSchema.nullable(), redirectUri: z.url(), links: z.array(oidcLinkSchema) })
export type OidcSettings = z.infer<typeof oidcSettingsSchema>

const ownPassword = z.string().min(1).max(200)

/** Body of `POST /api/v1/oidc`. Without a secret the present one stays, where issuer and client do. */
export const oidcChangeSchema = oidcProviderSchema
  .omit({ changedAt: true })
  .extend({ clientSecret: z.string().min(1).max(500).optional(), password: ownPassword })
export type OidcChange = z.infer<typeof oidcChangeSchema>
export const oidcRemovalSchema = z.strictObject({ password: ownPassword })

/** What the login page shows: null where the office has no provider. */
export const oidcOfferSchema = z.object({ label: z.string().nullable() })
/** Where to send the browser. */
export const oidcStartSchema = z.object({ url: z.url({ protocol: /^https?$/ }) })

const device = loginDeviceSchema
const opaque = z.string().min(1).max(4000)

/** Body of `POST /api/v1/session/oidc/return`: what the provider put into the address. */
export const oidcReturnSchema = z.object({ code: opaque, state: z.string().min(1).max(200), iss: z.string().max(500).optional(), device })

/** The provider vouched for the person, but not for a second factor: the own second step is asked for. `ticket` stands for the first. */
export const oidcStepAskedSchema = z.object({ asked: z.enum(['Needed', 'Sent by e-mail']), ticket: z.string() })
export const oidcReturnReplySchema = z.union([sessionReplySchema, oidcStepAskedSchema])

/** Body of `POST /api/v1/session/oidc/step`. */
export const oidcStepSchema = z.object({ ticket: z.string().min(1).max(200), code: stepCodeSchema, device })
