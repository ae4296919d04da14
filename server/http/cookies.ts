/** Value of a cookie in a Cookie header; undefined when absent or not decodable. The first of a name counts. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at < 0 || pair.slice(0, at).trim() !== name) continue
    return decode(pair.slice(at + 1).trim())
  }
  return undefined
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

export interface CookieFacts {
  path: string
  /** Seconds to keep it; 0 removes it; left out, it ends with the browser. */
  maxAge?: number
  httpOnly: boolean
  sameSite: 'Strict' | 'Lax'
  secure: boolean
}

/** A Set-Cookie header value. */
export function cookieHeader(name: string, value: string, facts: CookieFacts): string {
  const parts = [`${name}=${encodeURIComponent(value)}`, `Path=${facts.path}`, `SameSite=${facts.sameSite}`]
  if (facts.maxAge !== undefined) parts.push(`Max-Age=${facts.maxAge}`)
  if (facts.httpOnly) parts.push('HttpOnly')
  if (facts.secure) parts.push('Secure')
  return parts.join('; ')
}
