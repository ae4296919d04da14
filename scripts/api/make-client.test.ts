import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { clientTypes } from './client-types.ts'
import { describeApi } from './describe-api.ts'

const root = join(import.meta.dirname, '../..')

test('the types of the client are those of the routes as they are (else: npm run api:client)', async () => {
  expect(readFileSync(join(root, 'client/http/api-routes.ts'), 'utf8')).toBe(clientTypes(await describeApi()))
}, 30_000)
