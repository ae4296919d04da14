import type { TestProject } from 'vitest/node'
import '#server/testing/global-setup.ts'
import type { TestServices } from '#server/testing/test-services.ts'

/** Name of the variable by which runs of tests that come one after the other get one Postgres and one Redis: JSON, see `TestServices`. */
export const lentServices = 'SAMPARK_TEST_SERVICES'

/** Instead of starting services of its own, a run takes those it was lent. Vitest calls this. */
export function setup(project: TestProject): void {
  const { superuserUrl, redisUrl } = JSON.parse(process.env[lentServices] ?? '{}') as Omit<TestServices, 'stop'>
  project.provide('superuserUrl', superuserUrl)
  project.provide('redisUrl', redisUrl)
}
