import { inject, type App, type InjectionKey } from 'vue'
import type { OfficeSession } from './office-session.ts'

const key: InjectionKey<OfficeSession> = Symbol('office session')

export function provideOfficeSession(app: App, office: OfficeSession): void {
  app.provide(key, office)
}

/** The login of this desktop. Throws when the app was made without one. */
export function useOfficeSession(): OfficeSession {
  const office = inject(key)
  if (!office) throw new Error('No office session has been provided.')
  return office
}
