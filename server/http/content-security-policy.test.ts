import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { cookieHeader, readCookie } from './cookies.ts'

const directive = (policy: string, name: string) => policy.split('; ').find((part) => part.startsWith(`${name} `))

test('an inlined style is allowed by its hash alone; scripts stay as they were', () => {
  const css = 'body{color:#111}'
  const policy = contentSecurityPolicy({ styles: [css] })
  expect(directive(policy, 'style-src')).toBe(`style-src 'self' 'sha256-${createHash('sha256').update(css).digest('base64')}'`)
  expect(directive(policy, 'script-src')).toBe("script-src 'self'")
  expect(contentSecurityPolicy({ styles: [css] })).not.toContain('unsafe')
})

test('a cookie is read back as it was set, among others and whatever it holds', () => {
  const header = cookieHeader('draft', 'a; b=ü', { path: '/', httpOnly: true, sameSite: 'Lax', secure: false })
  const pair = header.split(';')[0] ?? ''
  expect(readCookie(`other=1; ${pair}; draft2=no`, 'draft')).toBe('a; b=ü')
  expect(readCookie('draft=%E0%A4%A', 'draft')).toBeUndefined()
  expect(readCookie(undefined, 'draft')).toBeUndefined()
})
