import type { ProcessRole } from './config.ts'
import type { AppDeps } from './http/app-deps.ts'
import type { Route } from './http/define-route.ts'
import type { StaticMount } from './http/static-files.ts'

/** Ends what was started; called once, in reverse order of start. */
export type Stop = () => Promise<void>

/** What a feature hands to the composition root: its routes, and what it runs in which role. */
export interface Module {
  readonly name: string
  readonly routes?: readonly Route[]
  /** Built files it serves, behind all routes. */
  readonly staticMounts?: readonly StaticMount[]
  /** The page for problems outside /api; one module has it. */
  readonly problemPage?: AppDeps['problemPage']
  /** Started in the order of compose.ts in each process that has the role. */
  readonly start?: Partial<Record<ProcessRole, () => Promise<Stop>>>
}
