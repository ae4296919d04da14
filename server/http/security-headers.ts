import helmet from 'helmet'
import type { RequestHandler } from 'express'
import { contentSecurityPolicy } from './content-security-policy.ts'

const yearSeconds = 365 * 24 * 60 * 60

/** The headers of every response. HSTS only where the public address is https, else a plain test machine locks itself out. */
export function securityHeaders(options: { https: boolean }): RequestHandler[] {
  const policy = contentSecurityPolicy()
  return [
    helmet({
      contentSecurityPolicy: false,
      crossOriginEmbedderPolicy: false,
      strictTransportSecurity: options.https ? { maxAge: yearSeconds, includeSubDomains: false } : false,
      xFrameOptions: { action: 'deny' },
      referrerPolicy: { policy: 'same-origin' }
    }),
    (_request, response, next) => {
      response.setHeader('Content-Security-Policy', policy)
      response.setHeader('Permissions-Policy', 'camera=(self), geolocation=(self), microphone=(), payment=(), usb=()')
      next()
    }
  ]
}
