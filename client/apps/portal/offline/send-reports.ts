import type { PortalReceipt } from '#shared/grievances/portal-report.ts'
import { deviceLocks, type LockPort } from '#client/device/locks.ts'
import type { PortalOutbox, SavedReport } from '#client/local-store/portal-outbox.ts'
import { uploadPhoto, UploadRefused } from './upload-photo.ts'

export interface SendParts {
  readonly outbox: PortalOutbox
  readonly basePath: string
  readonly fetch?: typeof fetch
  readonly locks?: LockPort
}

const waitMs = 60_000
/** The server has read the report and will not take it: sending it again changes nothing. */
const refusedStatuses: ReadonlySet<number> = new Set([400, 413, 415, 422])

/**
 * Sends what waits on this device, oldest first: reports, then the photos of received ones. Resolves to false when
 * something is left for later. Page and service worker never send at once; if they did, the command id would make it one.
 */
export async function sendReports(parts: SendParts): Promise<boolean> {
  const locks = parts.locks ?? deviceLocks()
  return locks.hold(`${parts.outbox.name}:send`, () => sendAll(parts))
}

async function sendAll(parts: SendParts): Promise<boolean> {
  for (const report of await parts.outbox.list()) {
    const photosLeft = report.photos.some(({ refused }) => !refused)
    const open = report.state === 'waiting' || (report.state === 'sent' && photosLeft)
    if (open && !(await sendOne(parts, report).catch(() => false))) return false
  }
  return true
}

async function sendOne(parts: SendParts, report: SavedReport): Promise<boolean> {
  const response = await (parts.fetch ?? fetch)(`${parts.basePath}/api/v1/portal/grievances`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ command: report.command, website: '' }),
    credentials: 'omit',
    signal: AbortSignal.timeout(waitMs)
  })
  if (refusedStatuses.has(response.status)) {
    await parts.outbox.update(report.id, { state: 'refused' })
    return true
  }
  if (!response.ok) return false
  const receipt = (await response.json()) as PortalReceipt
  if (receipt.verdict === 'rejected') {
    await parts.outbox.update(report.id, { state: 'refused' })
    return true
  }
  await parts.outbox.update(report.id, { state: 'sent', number: receipt.number ?? report.number })
  return sendPhotos(parts, report, receipt)
}

async function sendPhotos(parts: SendParts, report: SavedReport, receipt: PortalReceipt): Promise<boolean> {
  let { photos } = report
  for (const photo of report.photos) {
    const permit = receipt.uploads.find(({ photoId }) => photoId === photo.id)
    if (photo.refused || !permit) continue
    const outcome = await uploadPhoto(photo, permit, parts.fetch ?? fetch).catch((error: unknown) => {
      if (error instanceof UploadRefused) return 'refused' as const
      throw error
    })
    photos =
      outcome === 'refused'
        ? photos.map((one) => (one.id === photo.id ? { ...one, refused: true } : one))
        : photos.filter(({ id }) => id !== photo.id)
    await parts.outbox.update(report.id, { photos })
  }
  return true
}
