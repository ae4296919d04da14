import type { FileGrievanceArgs } from '#shared/grievances/file-grievance.ts'
import { normalizePhone } from '#shared/people/phone.ts'
import type { Command } from '#shared/protocol/command.ts'

/** What stands in the form, by field name. */
export type ReportValues = Readonly<Record<string, string>>

export interface ReportIds {
  readonly commandId: string
  readonly grievanceId: string
  readonly contactId: string
  readonly number: string
}

export interface ReportSetting {
  /** Digits before a national phone number, without `+`. */
  readonly countryCode: string
  readonly language: 'en' | 'hi'
}

/** Names of the fields that are missing or wrong, in the order of the page. */
export function reportErrors(values: ReportValues, { countryCode }: ReportSetting): string[] {
  const text = (name: string) => (values[name] ?? '').trim()
  const wrong: Record<string, boolean> = {
    category: text('category') === '',
    landmark: text('landmark').length < 3 && numberOf(text('latitude')) === null,
    description: text('description').length < 3,
    phone: text('phone') !== '' && normalizePhone(text('phone'), countryCode) === null,
    email: text('email') !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/.test(text('email')),
    website: text('website') !== ''
  }
  return Object.keys(wrong).filter((name) => wrong[name])
}

/** The command that files the report, the same as the server makes of its pages. `at` is the device's clock, ms. */
export function reportCommand(
  values: ReportValues,
  report: { ids: ReportIds; photos: FileGrievanceArgs['photos']; at: number; setting: ReportSetting }
): Command {
  const { ids, photos, setting } = report
  const text = (name: string) => (values[name] ?? '').trim()
  const args: FileGrievanceArgs = {
    grievanceId: ids.grievanceId,
    number: ids.number,
    categoryId: text('category'),
    description: text('description'),
    latitude: numberOf(text('latitude')),
    longitude: numberOf(text('longitude')),
    accuracyMetres: numberOf(text('accuracy')),
    landmark: text('landmark') || null,
    wardId: text('ward') || null,
    personId: null,
    householdId: null,
    source: 'portal',
    visibility: 'public',
    photos,
    reporter: reporterOf(values, { id: ids.contactId, setting })
  }
  return { id: ids.commandId, v: 1, seq: 0, name: 'grievance.file', args, at: report.at, actor: null, device: null }
}

function reporterOf(
  values: ReportValues,
  { id, setting }: { id: string; setting: ReportSetting }
): FileGrievanceArgs['reporter'] {
  const text = (name: string) => (values[name] ?? '').trim() || null
  const [name, email, written] = [text('name'), text('email'), text('phone')]
  const phone = written === null ? null : normalizePhone(written, setting.countryCode)
  return name === null && email === null && phone === null
    ? null
    : { id, name, email, phone, language: setting.language }
}

function numberOf(text: string): number | null {
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : null
}
