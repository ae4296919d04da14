import { config } from 'zod'

/**
 * Keeps zod from compiling schemas with `new Function`: our content security policy forbids it, and every try is reported
 * as a violation. Import this file before any other in the front door of an app, for schemas ask when they are made.
 */
config({ jitless: true })
