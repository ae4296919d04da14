import type { GrievanceRow } from '#shared/grievances/grievance-list.ts'

/** What stands on the screen. */
export interface ShownRows {
  readonly rows: readonly GrievanceRow[]
  /** Whether the server holds more rows behind the last one shown. */
  readonly hasMore: boolean
  /** Rows that came while the person looked, to be marked. */
  readonly newIds: ReadonlySet<string>
  /** Rows that no longer belong to the view; they stay until it is read again. */
  readonly leftIds: ReadonlySet<string>
  /** Rows that wait behind "n new". */
  readonly pendingIds: ReadonlySet<string>
}

export interface LookingAt {
  readonly newestFirst: boolean
  readonly atTop: boolean
  readonly selectedCount: number
}

export const noRows: ShownRows = {
  rows: [],
  hasMore: false,
  newIds: new Set(),
  leftIds: new Set(),
  pendingIds: new Set()
}

/**
 * Brings a freshly read first page into what is shown, without moving a row under the cursor. Known rows change in their
 * place. A new row goes on top only where it belongs there and nobody is at work further down: the list is sorted by
 * the newest, scrolled to its top, and nothing is selected. Otherwise it waits to be shown.
 */
export function withFreshPage(shown: ShownRows, fresh: readonly GrievanceRow[], looking: LookingAt): ShownRows {
  const freshById = new Map(fresh.map((row) => [row.id, row]))
  const known = new Set(shown.rows.map((row) => row.id))
  const rows = shown.rows.map((row) => newer(row, freshById.get(row.id)))
  const leftIds = new Set(
    shown.rows
      .filter((row, index) => !freshById.has(row.id) && (index < fresh.length || !shown.hasMore))
      .map((row) => row.id)
  )
  const arrived = arrivals(fresh, known, shown.hasMore)
  const showAtOnce = looking.newestFirst && looking.atTop && looking.selectedCount === 0
  if (!showAtOnce) return { ...shown, rows, leftIds, pendingIds: new Set(arrived.map((row) => row.id)) }
  const newIds = new Set([...shown.newIds, ...arrived.map((row) => row.id)])
  return { ...shown, rows: [...arrived, ...rows], leftIds, newIds, pendingIds: new Set() }
}

/** A row behind the last known one has not arrived, it only moved up from the pages that are not loaded. */
function arrivals(fresh: readonly GrievanceRow[], known: ReadonlySet<string>, hasMore: boolean): GrievanceRow[] {
  const lastKnown = fresh.findLastIndex((row) => known.has(row.id))
  const end = hasMore && lastKnown >= 0 ? lastKnown : fresh.length
  return fresh.filter((row, index) => index < end && !known.has(row.id))
}

function newer(row: GrievanceRow, fresh: GrievanceRow | undefined): GrievanceRow {
  return fresh && fresh.rev > row.rev ? fresh : row
}

/** Rows of a further page, without those that moved into it from the one before. */
export function withNextPage(shown: ShownRows, next: readonly GrievanceRow[], hasMore: boolean): ShownRows {
  const known = new Set(shown.rows.map((row) => row.id))
  return { ...shown, rows: [...shown.rows, ...next.filter((row) => !known.has(row.id))], hasMore }
}

/** A record that the reader changed himself shows its new facts in its row at once. */
export function withRecord(
  shown: ShownRows,
  record: Omit<GrievanceRow, 'photoCount'> & { photos: readonly unknown[] }
): ShownRows {
  const { photos, ...facts } = record
  return {
    ...shown,
    rows: shown.rows.map((row) =>
      row.id === record.id && record.rev > row.rev ? { ...row, ...facts, photoCount: photos.length } : row
    )
  }
}
