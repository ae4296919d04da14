import { z } from 'zod'

/**
 * An office's public key: a raw P-256 point (65 bytes, base64url), and the id that old files of another key are told by. In a
 * file of its own, because the session brings it and everything else about rescue files is loaded when it is needed.
 */
export const rescueKeySchema = z.object({ keyId: z.string(), publicKey: z.string() })
export type RescueKey = z.infer<typeof rescueKeySchema>
