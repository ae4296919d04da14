import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { canonicalJson } from './canonical-json.ts'
import {
  compareListReplySchema, compareListRequestSchema, compareReplySchema, compareRequestSchema, fetchRecordsReplySchema, fetchRecordsRequestSchema
} from './drift/compare.ts'
import { byeEventSchema, helloEventSchema, pokeEventSchema } from './live.ts'
import { oldestPullVersion, protocolVersion } from './protocol-version.ts'
import { pullReplySchema, pullRequestSchema } from './pull.ts'
import { pushReplySchema, pushRequestSchema } from './push.ts'

/**
 * The wire of each version. If this test goes red you have changed the wire: only additions that old devices may ignore are
 * allowed within a version; write the new hash here and a line in protocol-version.ts. Anything else is a new version.
 */
const wires: Record<number, string> = { 1: '1c909e9ca6971b9d' }

const compareSchemas = [compareRequestSchema, compareReplySchema, compareListRequestSchema, compareListReplySchema, fetchRecordsRequestSchema, fetchRecordsReplySchema]

test('the wire is the one of this version', () => {
  const schemas = [pushRequestSchema, pushReplySchema, pullRequestSchema, pullReplySchema, helloEventSchema, pokeEventSchema, byeEventSchema, ...compareSchemas]
  const text = canonicalJson(schemas.map((schema) => z.toJSONSchema(schema, { io: 'input' })))
  expect(createHash('sha256').update(text).digest('hex').slice(0, 16)).toBe(wires[protocolVersion])
})

test('devices of the oldest allowed version may still pull', () => {
  expect(oldestPullVersion).toBeLessThanOrEqual(protocolVersion)
  expect(oldestPullVersion).toBe(1)
})
