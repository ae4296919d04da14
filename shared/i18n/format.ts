import { DAY_MS, localDay } from '../calendar/time-zone.ts'
import type { Locale } from './language.ts'
import { languages } from './language.ts'
import { formatNumber } from './number-format.ts'
import type { Translate } from './translator.ts'

/** For whom a time is written: `timeZone` is an IANA name, of the tenant in the office and of the citizen on the portal. */
export type Reader = { readonly locale: Locale; readonly timeZone: string }

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** `17 Nov 2026` */
export function formatDate(utcMs: number, reader: Reader): string {
  return dateFormat(reader, { day: 'numeric', month: languages[reader.locale].month, year: 'numeric' }).format(utcMs)
}

/** `10:42`, always of 24 hours */
export function formatTime(utcMs: number, reader: Reader): string {
  return dateFormat(reader, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(utcMs)
}

/** `17 Nov 2026, 10:42` */
export function formatDateTime(utcMs: number, reader: Reader): string {
  return `${formatDate(utcMs, reader)}, ${formatTime(utcMs, reader)}`
}

/** `today 10:42`, `yesterday 10:42`, `tomorrow 10:42`; else `Tue 17 Nov`, in another year `17 Nov 2025`. Days turn at local midnight. */
export function formatRelative(utcMs: number, nowMs: number, reader: Reader & { t: Translate }): string {
  const { t } = reader
  const days = localDay(reader.timeZone, utcMs) - localDay(reader.timeZone, nowMs)
  const time = formatTime(utcMs, reader)
  if (days === 0) return t('date.today', { time })
  if (days === -1) return t('date.yesterday', { time })
  if (days === 1) return t('date.tomorrow', { time })
  const year = dateFormat(reader, { year: 'numeric' })
  if (year.format(utcMs) !== year.format(nowMs)) return formatDate(utcMs, reader)
  const day = dateFormat(reader, { day: 'numeric', month: languages[reader.locale].month }).format(utcMs)
  return t('date.weekday', { weekday: dateFormat(reader, { weekday: 'short' }).format(utcMs), day })
}

/** A length of time in its largest whole unit: `12 min`, `3 h`, `2 d`. The sign is left out. */
export function formatDuration(ms: number, t: Translate): string {
  const length = Math.abs(ms)
  if (length < HOUR_MS) return t('unit.minutes', { count: Math.floor(length / MINUTE_MS) })
  if (length < DAY_MS) return t('unit.hours', { count: Math.floor(length / HOUR_MS) })
  return t('unit.days', { count: Math.floor(length / DAY_MS) })
}

/** `due in 3 h`, `due now` within a minute, `2 d overdue` */
export function formatDue(dueMs: number, nowMs: number, t: Translate): string {
  const left = dueMs - nowMs
  if (Math.abs(left) < MINUTE_MS) return t('due.now')
  return t(left > 0 ? 'due.in' : 'due.overdue', { duration: formatDuration(left, t) })
}

/** `840 B`, `12 kB`, `1.4 MB`: powers of 1000, as storage settings of phones count. */
export function formatBytes(bytes: number, locale: Locale, t: Translate): string {
  if (bytes < 1000) return t('unit.bytes', { size: formatNumber(bytes, locale) })
  if (bytes < 999_500) return t('unit.kilobytes', { size: formatNumber(bytes / 1000, locale, { maximumFractionDigits: 0 }) })
  if (bytes < 999_950_000) return t('unit.megabytes', { size: formatNumber(bytes / 1e6, locale, { maximumFractionDigits: 1 }) })
  return t('unit.gigabytes', { size: formatNumber(bytes / 1e9, locale, { maximumFractionDigits: 1 }) })
}

/** `40 m`, `1.2 km`; under a kilometre to ten metres, under a hundred metres to the metre. */
export function formatDistance(metres: number, locale: Locale, t: Translate): string {
  if (metres >= 995) return t('unit.kilometres', { length: formatNumber(metres / 1000, locale, { maximumFractionDigits: 1 }) })
  const shown = metres < 100 ? Math.round(metres) : Math.round(metres / 10) * 10
  return t('unit.metres', { length: formatNumber(shown, locale) })
}

function dateFormat(reader: Reader, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${reader.locale} ${reader.timeZone} ${Object.entries(options).join()}`
  let format = dateFormats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(languages[reader.locale].intlLocale, { timeZone: reader.timeZone, ...options })
    dateFormats.set(key, format)
  }
  return format
}
