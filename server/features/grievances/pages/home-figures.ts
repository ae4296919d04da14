import type { BusinessCalendar } from '#shared/calendar/business-calendar.ts'
import { wallTimeToUtc } from '#shared/calendar/time-zone.ts'
import { workingMinutesBetween } from '#shared/calendar/working-time.ts'
import type { Tx } from '../../../postgres/transaction.ts'

export interface HomeFigures {
  /** Reports that came in last month, and how many of them are solved by now. */
  readonly filed: number
  readonly solved: number
  /** Half of the solved ones took at most so many working days of the office, at least 1; null when none is solved. */
  readonly medianDays: number | null
}

/** Rows whose time is worked out; above, the newest of the month stand for it. */
const sample = 20_000

/** Figures of the last whole calendar month in the office's own time zone, from the reports themselves. */
export async function readHomeFigures(tx: Tx, nowMs: number): Promise<HomeFigures> {
  const { rows: rules } = await tx.query<{ timeZone: string; calendar: BusinessCalendar }>(
    'select time_zone as "timeZone", calendar from tenant where tenant_id = $1',
    [tx.tenantId]
  )
  const [rule] = rules
  if (!rule) throw new Error('The tenant of the transaction does not exist.')
  const span = lastMonth(nowMs, rule.timeZone).map((ms) => new Date(ms).toISOString())
  const { rows: counts } = await tx.query<{ filed: number; solved: number }>(
    `select count(*)::int as filed, count(resolved_at)::int as solved
     from grievance where tenant_id = $1 and filed_at >= $2 and filed_at < $3`,
    [tx.tenantId, ...span]
  )
  const { rows: solved } = await tx.query<{ from: string; to: string }>(
    `select filed_at as "from", resolved_at as "to" from grievance
     where tenant_id = $1 and filed_at >= $2 and filed_at < $3 and resolved_at is not null order by filed_at desc limit ${sample}`,
    [tx.tenantId, ...span]
  )
  return { filed: 0, solved: 0, ...counts[0], medianDays: medianDays(solved, rule.calendar) }
}

/** Start and end of the calendar month before `nowMs`, as UTC ms. */
export function lastMonth(nowMs: number, timeZone: string): [number, number] {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' }).formatToParts(nowMs)
  const part = (type: string) => Number(parts.find((given) => given.type === type)?.value)
  const start = (months: number) => wallTimeToUtc(timeZone, Date.UTC(part('year'), part('month') - 1 + months, 1))
  return [start(-1), start(0)]
}

/** Working days of the middle report: its working time divided by the mean length of the office's working days. */
export function medianDays(spans: readonly { from: string; to: string }[], calendar: BusinessCalendar): number | null {
  if (spans.length === 0) return null
  const minutes = spans
    .map(({ from, to }) => workingMinutesBetween(Date.parse(from), Date.parse(to), calendar))
    .sort((a, b) => a - b)
  const middle = minutes[Math.floor((minutes.length - 1) / 2)] ?? 0
  return Math.max(1, Math.round(middle / dayMinutes(calendar)))
}

function dayMinutes({ week }: BusinessCalendar): number {
  const days = Object.values(week).filter((spans) => spans.length > 0)
  const clock = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  const total = days.flat().reduce((sum, { from, to }) => sum + clock(to) - clock(from), 0)
  return total / Math.max(1, days.length)
}
