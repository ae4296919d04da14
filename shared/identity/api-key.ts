import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { nextSchema } from '../list-page.ts'
import { machineActions } from './access-policy.ts'

/** What a machine may do with a key: actions of the access policy. */
const scopesSchema = z.array(z.enum(machineActions)).max(machineActions.length)
/** Life of a secret in days. */
const daysSchema = z.int().min(1).max(366)

/** A key of a machine, without its secret. Times: server clock. */
export const apiKeySchema = z.object({
  /** Also the `client_id` of OAuth2. */
  id: uuidSchema,
  name: z.string().trim().min(1).max(60),
  scopes: scopesSchema,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** To the minute. */
  lastUsedAt: z.iso.datetime().nullable(),
  /** Until when the secret before the last rotation is taken beside the present one. */
  formerUntil: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable()
})
export type ApiKey = z.infer<typeof apiKeySchema>

export const apiKeyPageSize = 500
export const apiKeyListSchema = z.object({ keys: z.array(apiKeySchema), next: nextSchema })

/** Body of `POST /api/v1/api-keys`. */
export const newApiKeySchema = z.strictObject({ name: apiKeySchema.shape.name, scopes: scopesSchema, days: daysSchema })
export type NewApiKey = z.infer<typeof newApiKeySchema>

/** Body of `POST /api/v1/api-keys/:id/rotate`: the life of the new secret, and how long the old one is taken beside it. */
export const apiKeyRotationSchema = z.strictObject({ days: daysSchema, overlapHours: z.int().min(0).max(720) })
export type ApiKeyRotation = z.infer<typeof apiKeyRotationSchema>

/** The only time that the whole key, `sk_<id>_<secret>`, is told. */
export const shownApiKeySchema = apiKeySchema.extend({ key: z.string() })
export type ShownApiKey = z.infer<typeof shownApiKeySchema>

/** Body of `POST /api/v1/oauth/token` (RFC 6749, 4.4): the client is named here or by HTTP Basic. */
export const tokenRequestSchema = z.object({
  grant_type: z.string().max(100),
  client_id: z.string().max(100).optional(),
  client_secret: z.string().max(200).optional(),
  /** Part of the scopes of the key, with spaces between; all of them when not given. */
  scope: z.string().max(1000).optional()
})
export type TokenRequest = z.infer<typeof tokenRequestSchema>

export const tokenReplySchema = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.int(), scope: z.string() })
/** RFC 6749, 5.2. */
export const tokenRefusalSchema = z.object({ error: z.enum(['invalid_client', 'unsupported_grant_type', 'invalid_scope']), error_description: z.string() })
