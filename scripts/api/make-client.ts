import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { clientTypes } from './client-types.ts'
import { describeApi } from './describe-api.ts'

const root = join(import.meta.dirname, '../..')

/**
 * `npm run api:client`: writes the types of the client from the routes as they are. `--release` records the description as
 * the one that later versions must not break.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { release: { type: 'boolean', default: false } } })
  const document = await describeApi()
  writeFileSync(join(root, 'client/http/api-routes.ts'), clientTypes(document))
  if (values.release) writeFileSync(join(root, 'docs/api/openapi-v1.json'), `${JSON.stringify(document).replaceAll('"/api/v1/', '\n"/api/v1/')}\n`)
  console.log(`${Object.keys(document.paths).length} paths described.`)
}

await main()
