import { randomBytes } from 'node:crypto'
import type { Module } from '../../module.ts'
import type { Platform } from '../../platform.ts'
import type { SyncPart } from '../../sync/registry.ts'
import { grievanceRoutes } from './grievance-routes.ts'
import { grievanceSync } from './grievance-sync.ts'

export interface GrievancesModule extends Module {
  sync: SyncPart
}

export function createGrievancesModule(platform: Pick<Platform, 'database' | 'clock' | 'newId'>): GrievancesModule {
  return {
    name: 'grievances',
    routes: grievanceRoutes(platform),
    sync: grievanceSync({ randomBytes, newId: platform.newId })
  }
}
