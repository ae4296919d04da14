import { inject } from 'vitest'
import './global-setup.ts'
import { cloneTemplate, type ClonedDatabase } from './database-clone.ts'

export type TestDatabase = ClonedDatabase

/** One per test file, in beforeAll: a clone of the migrated template in the cluster of this run. */
export function createTestDatabase(): Promise<TestDatabase> {
  return cloneTemplate(inject('superuserUrl'))
}
