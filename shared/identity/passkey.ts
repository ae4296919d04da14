import { z } from 'zod'
import { uuidSchema } from '../ids.ts'
import { loginDeviceSchema } from './session.ts'

/** A passkey of one's own account. Times: server clock. */
export const passkeySchema = z.object({
  id: uuidSchema,
  /** As its owner calls it, e.g. "Laptop". */
  name: z.string().trim().min(1).max(60),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable()
})
export type Passkey = z.infer<typeof passkeySchema>

export const passkeyListSchema = z.object({ passkeys: z.array(passkeySchema) })

const name = passkeySchema.shape.name
const bytes = (most: number) => z.base64url().min(1).max(most)
const challenge = bytes(200)

/** Body of `POST /api/v1/passkeys/options`. */
export const passkeyStartSchema = z.strictObject({ password: z.string().min(1).max(200) })

/** What `navigator.credentials.create` is asked for; bytes in base64url. */
export const passkeyCreationSchema = z.object({
  challenge,
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: bytes(100), name: z.string(), displayName: z.string() }),
  /** COSE numbers, the preferred one first. */
  algorithms: z.array(z.int()),
  /** Credentials of this person: an authenticator that has one of them makes no second. */
  exclude: z.array(bytes(1400)),
  timeoutMs: z.int().positive()
})
export type PasskeyCreation = z.infer<typeof passkeyCreationSchema>

/** What `navigator.credentials.get` is asked for. No account is named: the person chooses among his passkeys. */
export const passkeyRequestSchema = z.object({ challenge, rpId: z.string(), timeoutMs: z.int().positive() })
export type PasskeyRequest = z.infer<typeof passkeyRequestSchema>

/** Body of `POST /api/v1/passkeys`: what the authenticator made (WebAuthn 5.2.1), bytes in base64url. */
export const newPasskeySchema = z.strictObject({
  name,
  credential: z.strictObject({
    id: bytes(1400),
    clientDataJSON: bytes(4000),
    attestationObject: bytes(20_000),
    transports: z.array(z.string().max(20)).max(10)
  })
})
export type NewPasskey = z.infer<typeof newPasskeySchema>

/** Body of `PATCH /api/v1/passkeys/:id`. */
export const passkeyChangeSchema = z.strictObject({ name })

/** Body of `POST /api/v1/session/passkey`: what the authenticator signed (WebAuthn 5.2.2), bytes in base64url. */
export const passkeyLoginSchema = z.object({
  credential: z.strictObject({
    id: bytes(1400),
    clientDataJSON: bytes(4000),
    authenticatorData: bytes(4000),
    signature: bytes(2000),
    userHandle: bytes(100).optional()
  }),
  device: loginDeviceSchema
})
export type PasskeyLogin = z.infer<typeof passkeyLoginSchema>
