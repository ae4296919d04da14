import type { Module } from '../../module.ts'
import type { Tx } from '../../postgres/transaction.ts'
import { deviceRoutes } from './device-routes.ts'
import { givenUpRoute } from './given-up-route.ts'
import type { DevicesNeeds } from './needs.ts'
import { ordersRoutes } from './orders-routes.ts'
import { checkToken, spendToken, type Surrenderer } from './surrender-token.ts'

export interface DevicesModule extends Module {
  /** The upload tokens of devices that surrender their queue. */
  readonly surrender: {
    /** Before the upload is read. Throws `unauthenticated`. */
    check(tx: Tx, token: string): Promise<Surrenderer>
    /** In the transaction that keeps the upload. Throws `unauthenticated` when it was used meanwhile. */
    spend(tx: Tx, token: string): Promise<void>
  }
}

export function createDevicesModule(needs: DevicesNeeds): DevicesModule {
  return {
    name: 'devices',
    routes: [...deviceRoutes(needs), ...ordersRoutes(needs), givenUpRoute(needs)],
    surrender: {
      check: (tx, token) => checkToken(tx, token, needs.clock.now()),
      spend: (tx, token) => spendToken(tx, token, needs.clock.now())
    }
  }
}
