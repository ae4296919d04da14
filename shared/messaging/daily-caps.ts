/**
 * How much may go out to addresses that nobody confirmed, per day of the tenant. An SMS costs money and reaches whoever
 * owns the number, so a stranger's form must not be able to flood a phone or to pump a range of numbers.
 */
export const dailyCaps = {
  sms: { perAddress: 2, perPrefix: 200, perTenant: 2_000 },
  email: { perAddress: 10, perPrefix: 10_000, perTenant: 10_000 }
} as const

/** What stands for the range of an address: six signs of a phone number, the domain of an e-mail address. */
export function addressPrefix(channel: 'sms' | 'email', address: string): string {
  return channel === 'sms' ? address.slice(0, 6) : address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}

/** An address that can be recognised by who knows it: `m•••@example.org`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}•••${email.slice(at)}`
}
