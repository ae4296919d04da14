/** The provider did not answer as the standard says, or said something that must not be believed. `reason` goes into the audit. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}
