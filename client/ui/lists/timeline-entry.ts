import type { Component } from 'vue'
import type { StateTone } from '../feedback/state-tone.ts'

/** One event of a record, in the reader's language. `when` is what is shown, `whenExact` an ISO 8601 instant for machines and the tooltip. */
export interface TimelineEntry {
  readonly id: string
  readonly title: string
  readonly body?: string
  readonly who?: string
  readonly when: string
  readonly whenExact: string
  readonly tone?: StateTone
  readonly icon?: Component
}
