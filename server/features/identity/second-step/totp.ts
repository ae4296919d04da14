import { createHmac, timingSafeEqual } from 'node:crypto'

const stepMs = 30_000
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 without padding, as authenticator apps want their secret. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** Number of the 30 seconds that hold this moment (RFC 6238). */
export const stepAt = (nowMs: number): number => Math.floor(nowMs / stepMs)

/** Six digits of a step: HOTP with SHA-1 (RFC 4226), which is what every authenticator app shows. */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = (mac[19] ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The step a code belongs to: this one, or a neighbour, because clocks differ and people type slowly. Null for any other code. */
export function stepOfCode(secret: Uint8Array, code: string, nowMs: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const now = stepAt(nowMs)
  return [now, now - 1, now + 1].find((step) => timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code))) ?? null
}

/** What a QR code holds for an authenticator app. */
export function totpUri(facts: { secret: string; office: string; login: string }): string {
  const label = encodeURIComponent(`${facts.office}:${facts.login}`)
  return `otpauth://totp/${label}?secret=${facts.secret}&issuer=${encodeURIComponent(facts.office)}&algorithm=SHA1&digits=6&period=30`
}
