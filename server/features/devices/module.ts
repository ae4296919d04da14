import type { Module } from '../../module.ts'
import { deviceRoutes } from './device-routes.ts'
import type { DevicesNeeds } from './needs.ts'

export function createDevicesModule(needs: DevicesNeeds): Module {
  return { name: 'devices', routes: deviceRoutes(needs) }
}
