import { inject } from 'vitest'
import './global-setup.ts'
import { cloneTemplate, createEmptyDatabase, type ClonedDatabase } from './database-clone.ts'

export type TestDatabase = ClonedDatabase

/** One per test file, in beforeAll: a clone of the migrated template in the cluster of this run. */
export function createTestDatabase(): Promise<TestDatabase> {
  return cloneTemplate(inject('superuserUrl'))
}

/** One without any migration, for tests of what makes a database. */
export function createEmptyTestDatabase(): Promise<TestDatabase> {
  return createEmptyDatabase(inject('superuserUrl'))
}
