import { pino, type Logger } from 'pino'

/** Fields that must never reach a log, whoever passes them by mistake. */
const redacted = ['password', 'token', 'phone', 'email', 'name', 'login', 'ip', 'body', 'headers', 'authorization', 'cookie']

/** JSON lines on stdout. What people wrote, are called or can be reached by has no place in them. */
export function createLog(level: string): Logger {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redacted.flatMap((key) => [key, `*.${key}`]), remove: true }
  })
}
