/** A page as a person reads it. */
export interface VisitedPage {
  readonly status: number
  readonly html: string
  /** Path and query below the server's address, after redirects. */
  readonly path: string
  readonly headers: Headers
  readonly title: string
  /** Its words, without tags. */
  readonly text: string
}

/** A browser without a script: keeps cookies by name and path, follows redirects, sends forms. */
export class PortalVisitor {
  readonly cookies = new Map<string, { value: string; path: string }>()
  readonly origin: string
  readonly base: string
  readonly headers: Record<string, string>

  constructor(url: string, headers: Record<string, string> = {}) {
    this.origin = new URL(url).origin
    this.base = new URL(url).pathname.replace(/\/$/, '')
    this.headers = headers
  }

  open(path: string): Promise<VisitedPage> {
    return this.request(`${this.base}${path}`, { method: 'GET' })
  }

  send(path: string, fields: Record<string, string> | FormData): Promise<VisitedPage> {
    const body = fields instanceof FormData ? fields : new URLSearchParams(fields)
    return this.request(`${this.base}${path}`, { method: 'POST', body, headers: { Origin: this.origin } })
  }

  async request(path: string, init: RequestInit): Promise<VisitedPage> {
    const headers = { ...this.headers, ...(init.headers as Record<string, string>), Cookie: this.cookieHeader(path) }
    const response = await fetch(`${this.origin}${path}`, { ...init, headers, redirect: 'manual' })
    this.keepCookies(response)
    const next = response.headers.get('location')
    if (response.status === 303 && next !== null) return this.request(next, { method: 'GET' })
    const html = await response.text()
    return {
      status: response.status,
      html,
      path: path.slice(this.base.length),
      headers: response.headers,
      title: inner(html, 'title'),
      text: textOf(html)
    }
  }

  cookieHeader(path: string): string {
    const fitting = [...this.cookies].filter(([, cookie]) => path.startsWith(cookie.path))
    return fitting.map(([name, { value }]) => `${name}=${value}`).join('; ')
  }

  private keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...facts] = line.split('; ')
      const at = pair.indexOf('=')
      const path = facts.find((fact) => fact.startsWith('Path='))?.slice(5) ?? '/'
      this.cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), path })
    }
  }
}

function inner(html: string, tag: string): string {
  return new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? ''
}

function textOf(html: string): string {
  return html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
