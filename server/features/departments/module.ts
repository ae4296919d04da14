import type { Module } from '../../module.ts'
import type { Platform } from '../../platform.ts'
import { referenceRoutes } from './reference-routes.ts'

export function createDepartmentsModule(platform: Pick<Platform, 'database'>): Module {
  return { name: 'departments', routes: referenceRoutes(platform) }
}
