import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { makeTestFolder } from '#server/testing/test-services.ts'
import { startOffice } from './office/office.ts'
import { readOfficeSettings } from './office/office-settings.ts'
import { OfficeShutdown } from './office/office-shutdown.ts'

/**
 * The office that the browser journeys use: everything of `npm start`, in a folder of its own that is removed at the end, on a free port.
 * `JOURNEYS_SHAPE=production`: nginx before two web processes, a worker and a scheduler instead of one process.
 * Further settings (SMTP_URL, SMS_URL ...) come from the environment. When ready it prints one line, `journeys-ready {JSON}`,
 * with address, logFile (in the production shape the folder of the logs), port, ownerUrl and redisUrl. Needs `npm run build` first.
 */
const root = resolve(import.meta.dirname, '..')
const shutdown = new OfficeShutdown((line) => console.error(line))
const dataDir = makeTestFolder('journeys')
shutdown.add('The data folder', () => Promise.resolve(rmSync(dataDir, { recursive: true, force: true })))
shutdown.stopOnSignals()

const settings = { ...readOfficeSettings(root, {}), dataDir, port: Number(process.env['PORT'] ?? '0') }
try {
  const shape = process.env['JOURNEYS_SHAPE'] === 'production' ? ({ shape: 'production' } as const) : {}
  const office = await startOffice({ root, settings, purpose: 'test', ...shape, shutdown, log: (line) => console.error(line) }, 'built')
  const { address, ownerUrl, redisUrl, logFile, ended } = office
  console.log(`journeys-ready ${JSON.stringify({ address, logFile, port: Number(new URL(address).port), ownerUrl, redisUrl })}`)
  const reason = await ended
  if (!shutdown.isEnding) console.error(reason)
} catch (error) {
  if (!shutdown.isEnding) console.error((error as Error).message)
}
if (!shutdown.isEnding) {
  await shutdown.stop()
  process.exit(1)
}
