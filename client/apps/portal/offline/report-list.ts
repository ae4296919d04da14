import type { SavedReport } from '#client/local-store/portal-outbox.ts'
import type { WaitingReports } from './waiting-reports.ts'

/** Shows each report of this device by its number and state, and again whenever that changes. */
export async function showReports(waiting: WaitingReports, edit: (report: SavedReport) => void): Promise<void> {
  const place = document.querySelector<HTMLElement>('[data-reports]')
  if (!place) return
  const show = async (): Promise<void> => {
    const reports = await waiting.outbox.list()
    place.replaceChildren(...reports.reverse().map((report) => cardOf(report, { waiting, edit })))
  }
  waiting.onChange(() => void show())
  await show()
}

function cardOf(report: SavedReport, parts: { waiting: WaitingReports; edit(report: SavedReport): void }): Node {
  const template = document.querySelector<HTMLTemplateElement>(`template[data-report-${report.state}]`)
  const card = document.importNode(template?.content ?? document.createDocumentFragment(), true)
  const find = <E extends HTMLElement>(name: string): E | null => card.querySelector<E>(`[data-${name}]`)
  const number = find('number')
  if (number) number.textContent = report.number
  const about = find('about')
  if (about) about.textContent = report.about
  const photosWait = find('photos-wait')
  if (photosWait) photosWait.hidden = report.photos.every(({ refused }) => refused)
  const track = find<HTMLAnchorElement>('track')
  if (track) track.href += `?number=${encodeURIComponent(report.number)}`
  find('send')?.addEventListener('click', () => void parts.waiting.send())
  find('forget')?.addEventListener('click', () => void parts.waiting.forget(report.id))
  find('edit')?.addEventListener('click', () => {
    parts.edit(report)
    void parts.waiting.forget(report.id)
  })
  return card
}
