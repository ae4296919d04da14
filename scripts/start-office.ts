import { resolve } from 'node:path'
import { startOffice } from './office/office.ts'
import { readOfficeSettings } from './office/office-settings.ts'
import { OfficeShutdown } from './office/office-shutdown.ts'
import type { ServerForm } from './office/office-server.ts'
import { printWelcome } from './office/office-welcome.ts'

const root = resolve(import.meta.dirname, '..')

/** npm that was killed cannot tell us; losing it means that nobody will. */
function stopWithNpm(shutdown: OfficeShutdown): void {
  if (!process.env['npm_lifecycle_event']) return
  const npm = process.ppid
  setInterval(() => {
    if (process.ppid !== npm) void shutdown.stop().then(() => process.exit(1))
  }, 1000).unref()
}

/** The running part of `npm start` and `npm run dev`: ends only by a signal or because a part failed. */
export async function runOffice(form: ServerForm): Promise<void> {
  const log = (line: string) => console.log(line)
  const shutdown = new OfficeShutdown(log)
  shutdown.stopOnSignals()
  stopWithNpm(shutdown)
  try {
    const office = await startOffice({ root, settings: readOfficeSettings(root, process.env), purpose: 'office', shutdown, log }, form)
    printWelcome(office, log)
    const reason = await office.ended
    if (!shutdown.isEnding) console.error(reason)
  } catch (error) {
    if (!shutdown.isEnding) console.error((error as Error).message)
  }
  if (shutdown.isEnding) return
  await shutdown.stop()
  process.exit(1)
}
