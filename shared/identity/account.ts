import { z } from 'zod'
import { passwordSchema } from './user.ts'

/** A link's token, as it stands after `#` in the link. */
const linkTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** How long a link works, in milliseconds. */
export const linkMs = { invited: 7 * 86_400_000, handed: 86_400_000, forgotten: 3_600_000, email: 86_400_000, support: 600_000 } as const

/** Where a link leads, below the office's address; its token follows after `#`. */
export const linkPath = { password: '/admin/password', email: '/admin/confirm-email', support: '/admin/support' } as const

/** Body of `POST /api/v1/users/:id/link`: the person gets it by e-mail, or whoever asks hands it over. */
export const userLinkBodySchema = z.object({ send: z.boolean() })
export const userLinkSchema = z.object({
  /** Below the office's address, with its token: shown once. Null where it went out by e-mail. */
  path: z.string().nullable(),
  /** Server clock. */
  expiresAt: z.iso.datetime()
})
export type UserLink = z.infer<typeof userLinkSchema>

/** Body of `POST /api/v1/password-links/read`. */
export const linkBodySchema = z.object({ token: linkTokenSchema })
export const passwordLinkSchema = z.object({
  /** Whether it is the first password of this person. */
  isFirst: z.boolean(),
  name: z.string(),
  login: z.string(),
  /** The app this person works in. */
  app: z.enum(['field', 'admin'])
})
export type PasswordLink = z.infer<typeof passwordLinkSchema>

/** Body of `POST /api/v1/password-links/use`. Ends every session of the person. */
export const choosePasswordSchema = linkBodySchema.extend({ password: passwordSchema })

/** Body of `POST /api/v1/password-links`: the login name or the e-mail address. The answer is the same for everybody. */
export const forgottenSchema = z.object({ login: z.string().trim().toLowerCase().min(1).max(200) })

/** Body of `POST /api/v1/session/email`. It counts once the link sent there was opened. */
export const emailChangeSchema = z.object({ email: z.email().max(200), password: z.string().min(1).max(200) })
