import type { MessageError } from '#shared/messaging/message.ts'

/**
 * What is known after one call to a provider.
 * `retry`: surely not taken, the same call may succeed later, not before `afterMs`. `permanent`: surely not taken, and
 * never will be. `unknown`: bytes left and no verdict came back, so it must not be repeated blindly.
 */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerRef: string | null }
  | { readonly kind: 'permanent'; readonly error: MessageError }
  | { readonly kind: 'retry'; readonly error: MessageError; readonly afterMs?: number }
  | { readonly kind: 'unknown'; readonly error: MessageError }
