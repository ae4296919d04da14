import type { SendOutcome } from './send-outcome.ts'

export interface OutgoingSms {
  /** E.164, e.g. `+919820123456`. */
  readonly to: string
  readonly text: string
  /** Id of the message; the same for every attempt, so that a provider that compares references sends it once. */
  readonly reference: string
}

/** Hands one SMS to a provider. Never rejects: every end is an outcome. */
export interface SmsSender {
  readonly provider: string
  send(sms: OutgoingSms): Promise<SendOutcome>
}
