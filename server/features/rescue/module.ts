import type { Module } from '../../module.ts'
import type { RescueNeeds } from './needs.ts'
import { rescueRoutes } from './rescue-routes.ts'

/** What phones could not send themselves: taken in sealed, kept in quarantine, judged by the office. */
export function createRescueModule(needs: RescueNeeds): Module {
  return { name: 'rescue', routes: rescueRoutes(needs) }
}
