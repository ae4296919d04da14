import { startTopology } from '#server/testing/topology.ts'
import type { OfficeShutdown } from './office-shutdown.ts'

/** What each process of the shape is given by the shape itself. */
const ownKeys = ['PORT', 'HOST', 'PUBLIC_URL', 'DATABASE_URL', 'REDIS_URL', 'ROLES']

export interface ServedOffice {
  readonly address: string
  /** Folder of the processes' logs. */
  readonly logFile: string
  readonly exited: Promise<string>
}

/** Serves the office in the shape of docker-compose.yml: nginx before two web processes, a worker and a scheduler. */
export async function serveInProductionShape(env: Record<string, string>, shutdown: OfficeShutdown): Promise<ServedOffice> {
  const environment = Object.fromEntries(Object.entries(env).filter(([name]) => !ownKeys.includes(name)))
  const topology = await startTopology({
    databaseUrl: env['DATABASE_URL'] ?? '',
    roleSecret: env['ROLE_SECRET'] ?? '',
    redisUrl: env['REDIS_URL'] ?? '',
    form: 'built',
    environment
  })
  shutdown.add('The server processes', topology.stop)
  const processes = [...topology.web, topology.worker, topology.scheduler]
  return {
    address: topology.address,
    logFile: topology.dir,
    exited: Promise.race(processes.map(async ({ exited }) => `A server process ended: ${await exited}.`))
  }
}
