import type { StateTone } from '../feedback/state-tone.ts'

/** An area in the picture's own units: `path` is the `d` of an SVG path (even-odd, so holes stay open). */
export interface MapArea {
  readonly id: string
  readonly label: string
  readonly path: string
  /** 0 to 4, for maps that show how much there is; the list beside the map says the number. */
  readonly level?: 0 | 1 | 2 | 3 | 4
  /** A figure in the reader's language, shown in the list. */
  readonly value?: string
}

/** A place in the picture's own units. */
export interface MapPoint {
  readonly id: string
  readonly label: string
  readonly x: number
  readonly y: number
  readonly tone?: StateTone
}
