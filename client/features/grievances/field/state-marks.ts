import type { Component } from 'vue'
import { CircleCheck, CircleDashed, CircleDot, CircleHelp, CircleX, Copy, Forward, Hammer, Scale, Undo2, UserCheck } from '@lucide/vue'
import type { GrievanceState } from '#shared/grievances/grievance-state.ts'
import type { StateTone } from '#client/ui/feedback/state-tone.ts'

export interface StateMark {
  readonly icon: Component
  readonly tone: StateTone
}

const marks: Readonly<Record<GrievanceState, StateMark>> = {
  submitted: { icon: CircleDashed, tone: 'neutral' },
  info_needed: { icon: CircleHelp, tone: 'warn' },
  triaged: { icon: CircleDot, tone: 'neutral' },
  assigned: { icon: UserCheck, tone: 'info' },
  in_progress: { icon: Hammer, tone: 'info' },
  transferred: { icon: Forward, tone: 'neutral' },
  appealed: { icon: Scale, tone: 'warn' },
  resolved: { icon: CircleCheck, tone: 'ok' },
  rejected: { icon: CircleX, tone: 'bad' },
  duplicate: { icon: Copy, tone: 'neutral' },
  withdrawn: { icon: Undo2, tone: 'neutral' },
  closed: { icon: CircleCheck, tone: 'neutral' }
}

/** Icon and tone of a state; its word stands in `grievances.state.<state>`. */
export function stateMark(state: GrievanceState): StateMark {
  return marks[state]
}
