import { deviceClock } from '#client/device/clock.ts'
import { deviceRandom } from '#client/device/random.ts'
import type { SavedPhoto } from '#client/local-store/portal-outbox.ts'
import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { uuidv7 } from '#shared/ids.ts'
import { makeTrackingNumber } from '#shared/tracking-number.ts'
import type { DeviceDraft } from '../page/device-draft.ts'
import { scaleFiles } from '../page/photo-field.ts'
import { showErrors } from './form-errors.ts'
import { reportCommand, reportErrors, type ReportIds, type ReportSetting, type ReportValues } from './report-command.ts'
import { showReports } from './report-list.ts'
import type { WaitingReports } from './waiting-reports.ts'

interface OfflineParts {
  readonly form: HTMLFormElement
  readonly draft: DeviceDraft
  readonly waiting: WaitingReports
}

/** Brings the page that opens without a network to life: filled from the draft, saved on the device, sent when it can be. */
export async function startOfflinePage(parts: OfflineParts): Promise<void> {
  const { form, draft, waiting } = parts
  fillFrom(form, draft.read())
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void saveReport(parts)
  })
  form.addEventListener('reset', () => draft.clear())
  const note = document.querySelector<HTMLElement>('[data-when-offline]')
  const showNote = (): void => {
    if (note) note.hidden = navigator.onLine
  }
  addEventListener('online', showNote)
  addEventListener('offline', showNote)
  showNote()
  await showReports(waiting, (report) => {
    fillFrom(form, valuesOf(report.command.args as FileGrievanceArgs))
    form.scrollIntoView()
  })
}

async function saveReport({ form, draft, waiting }: OfflineParts): Promise<void> {
  const values = valuesIn(form)
  const setting = settingOf(form)
  const wrong = reportErrors(values, setting)
  const photos = await photosOf(form)
  if (photos === null) wrong.push('photo')
  showErrors(form, wrong)
  if (wrong.length > 0 || photos === null) return
  const ids = idsOf(form, values)
  const at = deviceClock.now()
  const announced = photos.map(({ id, sha256, blob }) => ({ id, sha256, size: blob.size }))
  const command = reportCommand(values, { ids, photos: announced, at, setting })
  try {
    await waiting.outbox.save({
      id: ids.commandId,
      command,
      photos,
      state: 'waiting',
      number: ids.number,
      about: aboutOf(form, values),
      savedAt: at
    })
  } catch {
    return showErrors(form, ['save'])
  }
  draft.clear()
  form.reset()
  for (const name of ['commandId', 'grievanceId', 'contactId', 'reportNumber', 'latitude', 'longitude', 'accuracy'])
    setValue(form, name, '')
  await waiting.saved()
  document.querySelector('[data-reports]')?.scrollIntoView()
}

async function photosOf(form: HTMLFormElement): Promise<SavedPhoto[] | null> {
  const input = form.querySelector<HTMLInputElement>('input[type=file]')
  const scaled = await scaleFiles([...(input?.files ?? [])].slice(0, 3))
  return scaled?.map(({ blob, sha256 }) => ({ id: newId(), blob, sha256 })) ?? null
}

/** The ids of the report that was begun online, so that both ways file one; else new ones and a number of this device. */
function idsOf(form: HTMLFormElement, values: ReportValues): ReportIds {
  const { commandId, grievanceId, contactId, reportNumber } = values
  if (commandId && grievanceId && contactId && reportNumber)
    return { commandId, grievanceId, contactId, number: reportNumber }
  const number = makeTrackingNumber(form.dataset['prefix'] ?? '', deviceRandom.bytes(10))
  return { commandId: newId(), grievanceId: newId(), contactId: newId(), number }
}

const newId = (): string => uuidv7(deviceClock.now(), deviceRandom.bytes(10))

function settingOf({ dataset }: HTMLFormElement): ReportSetting {
  return { countryCode: dataset['country'] ?? '91', language: dataset['language'] === 'hi' ? 'hi' : 'en' }
}

function aboutOf(form: HTMLFormElement, values: ReportValues): string {
  const chosen = form.querySelector('input[name=category]:checked')?.closest('label')?.textContent?.trim()
  return [chosen, values['landmark']?.trim()].filter(Boolean).join(', ')
}

function valuesIn(form: HTMLFormElement): ReportValues {
  const entries = [...new FormData(form)].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(entries)
}

/** A refused report, to be looked at again: its words, under new ids. */
function valuesOf(args: FileGrievanceArgs): ReportValues {
  const { reporter } = args
  return {
    category: args.categoryId,
    landmark: args.landmark ?? '',
    ward: args.wardId ?? '',
    description: args.description,
    latitude: String(args.latitude ?? ''),
    longitude: String(args.longitude ?? ''),
    accuracy: String(args.accuracyMetres ?? ''),
    name: reporter?.name ?? '',
    phone: reporter?.phone ?? '',
    email: reporter?.email ?? ''
  }
}

function fillFrom(form: HTMLFormElement, values: ReportValues): void {
  for (const [name, value] of Object.entries(values)) setValue(form, name, value)
}

function setValue(form: HTMLFormElement, name: string, value: string): void {
  const control = form.elements.namedItem(name)
  if (control instanceof RadioNodeList) control.value = value
  else if (control instanceof HTMLInputElement && control.type === 'radio') control.checked = control.value === value
  else if (
    control instanceof HTMLInputElement ||
    control instanceof HTMLTextAreaElement ||
    control instanceof HTMLSelectElement
  )
    control.value = value
}
