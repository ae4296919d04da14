import type { Module } from '../../module.ts'
import type { Platform } from '../../platform.ts'
import { wardRoutes } from './ward-routes.ts'

export function createTerritoriesModule(platform: Pick<Platform, 'database'>): Module {
  return { name: 'territories', routes: wardRoutes(platform) }
}
