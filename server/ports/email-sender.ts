import type { SendOutcome } from './send-outcome.ts'

export interface OutgoingEmail {
  readonly to: string
  readonly subject: string
  /** Plain text, lines of any length. */
  readonly text: string
  readonly language: string
  /** Id of the message; the same for every attempt, so that mail programs show one mail. */
  readonly reference: string
}

/** Hands one e-mail to a mail server. Never rejects: every end is an outcome. */
export interface EmailSender {
  readonly provider: string
  send(email: OutgoingEmail): Promise<SendOutcome>
}
