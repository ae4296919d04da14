import type { Module } from '../../module.ts'
import { auditRoutes, type AuditNeeds } from './audit-routes.ts'

export function createAuditViewModule(needs: AuditNeeds): Module {
  return { name: 'audit-view', routes: auditRoutes(needs) }
}
