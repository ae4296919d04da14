import { register } from 'tsx/esm/api'
import type { ClientCode } from './client-code.ts'

/**
 * A phone has the app's modules for itself: their state, and RxDB's limit of sixteen open collections. So each phone of a
 * world loads its own copy of the client; phones of later worlds use it again.
 */
export interface Realms {
  take(): Promise<ClientCode>
  giveBack(code: ClientCode): void
}

export function createRealms(): Realms {
  const free: ClientCode[] = []
  let made = 0
  return {
    async take() {
      const known = free.pop()
      if (known) return known
      made += 1
      const loader = register({ namespace: `phone-${made}` })
      const { clientCode } = (await loader.import('./client-code.ts', import.meta.url)) as { clientCode: ClientCode }
      return clientCode
    },
    giveBack: (code) => void free.push(code)
  }
}
