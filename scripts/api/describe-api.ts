import { compose } from '#server/compose.ts'
import { readConfig } from '#server/config.ts'
import { createLog } from '#server/http/observability/log.ts'
import { openApiDocument } from '#server/http/openapi/openapi.ts'
import type { OpenApiDocument } from '#server/http/openapi/openapi-document.ts'

/** The description of today's routes. Composes the server without starting it: no database is asked. */
export async function describeApi(): Promise<OpenApiDocument> {
  const config = readConfig({
    SECRET_KEY: Buffer.from('of no use but to compose the routes').toString('base64url'),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    REDIS_URL: 'redis://127.0.0.1:1',
    LOG_LEVEL: 'silent'
  })
  const system = await compose(config, { log: createLog('silent') })
  try {
    return openApiDocument(system.routes)
  } finally {
    await system.stop()
  }
}
