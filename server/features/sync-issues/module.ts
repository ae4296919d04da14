import type { Module } from '../../module.ts'
import type { Platform } from '../../platform.ts'
import { syncIssueRoutes } from './sync-issue-routes.ts'

export function createSyncIssuesModule(platform: Pick<Platform, 'database'>): Module {
  return { name: 'sync-issues', routes: syncIssueRoutes(platform) }
}
