import { createHash } from 'node:crypto'
import type { Response } from 'express'

const directives: Readonly<Record<string, readonly string[]>> = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'worker-src': ["'self'"],
  'manifest-src': ["'self'"],
  'object-src': ["'none'"],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'self'"],
  'form-action': ["'self'"]
}

/** Header value of the policy; inlined styles and scripts are allowed one by one, by the hash of their text. */
export function contentSecurityPolicy(inline: { styles?: readonly string[]; scripts?: readonly string[] } = {}): string {
  return Object.entries(directives)
    .map(([name, sources]) => {
      const texts = name === 'style-src' ? inline.styles : name === 'script-src' ? inline.scripts : undefined
      return [name, ...sources, ...(texts ?? []).map(hashSource)].join(' ')
    })
    .join('; ')
}

/** Lets this one response carry the given inlined texts, exactly as they stand between the tags. */
export function allowInline(response: Response, inline: { styles?: readonly string[]; scripts?: readonly string[] }): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy(inline))
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
