import type { TestProject } from 'vitest/node'
import { startTestServices } from './test-services.ts'

declare module 'vitest' {
  interface ProvidedContext {
    superuserUrl: string
    redisUrl: string
  }
}

/** Vitest calls this once per run: every test file shares one Postgres and one Redis and clones its own databases. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = await startTestServices({ log: (line) => process.stderr.write(`${line}\n`) })
  project.provide('superuserUrl', services.superuserUrl)
  project.provide('redisUrl', services.redisUrl)
  return services.stop
}
