/** Why a PIN cannot be taken: too short, not digits only, or one of those that are tried first. */
export type PinTrouble = 'short' | 'digits' | 'simple'

export const shortestPin = 4
export const longestPin = 12
/** After so many wrong PINs the share is dropped: the phone asks for a login with a network. */
export const triesBeforeLogin = 10

/** A PIN that may be set, or why not. */
export function pinTrouble(pin: string): PinTrouble | null {
  if (!/^\d*$/.test(pin)) return 'digits'
  if (pin.length < shortestPin || pin.length > longestPin) return 'short'
  const steps = new Set(Array.from(pin.slice(1), (digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10))
  return steps.size === 1 && [0, 1, 9].includes([...steps][0] ?? 0) ? 'simple' : null
}

const pauses = [0, 0, 0, 5, 15, 30, 60, 120, 300, 600]

/** How long to wait after so many wrong PINs in a row before the next is looked at, ms. */
export function pauseAfter(wrong: number): number {
  return (pauses[Math.min(wrong, pauses.length - 1)] ?? 0) * 1000
}
