import { PortalOutbox } from '#client/local-store/portal-outbox.ts'
import { sendReports } from './send-reports.ts'

/** The reports of this device as the pages use them: sent on each chance, and told about when something changes. */
export interface WaitingReports {
  readonly outbox: PortalOutbox
  /** After a report was saved: asks the browser for a background sync, and sends at once if it can. */
  saved(): Promise<void>
  send(): Promise<void>
  forget(id: string): Promise<void>
  onChange(told: () => void): void
}

/** Name of the background sync, for page and service worker. */
const syncTag = 'portal-outbox'

export function createWaitingReports(basePath: string, mark: { set(waiting: boolean): void }): WaitingReports {
  const outbox = new PortalOutbox(basePath)
  const listeners: (() => void)[] = []

  async function tell(): Promise<void> {
    const reports = await outbox.list()
    const open = reports.filter(
      ({ state, photos }) => state === 'waiting' || (state === 'sent' && photos.some(({ refused }) => !refused))
    )
    mark.set(open.length > 0)
    const notice = document.querySelector<HTMLElement>('[data-waiting]')
    const here = document.querySelector('[data-reports]') !== null
    if (notice) notice.hidden = here || !reports.some(({ state }) => state !== 'sent')
    for (const told of listeners) told()
  }

  async function send(): Promise<void> {
    await sendReports({ outbox, basePath })
    await tell()
  }

  addEventListener('online', () => void send())
  navigator.serviceWorker?.addEventListener('message', (event) => {
    if (event.data === syncTag) void tell()
  })

  return {
    outbox,
    send,
    async saved() {
      await tell()
      await askForSync()
      await send()
    },
    async forget(id) {
      await outbox.remove(id)
      await tell()
    },
    onChange: (told) => void listeners.push(told)
  }
}

interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void> }
}

/** Where the browser has it: the report is sent even when the page is closed. Refusal changes nothing. */
async function askForSync(): Promise<void> {
  const registration = (await navigator.serviceWorker?.getRegistration()) as SyncRegistration | undefined
  await registration?.sync?.register(syncTag).catch(() => undefined)
}
