import { inject, onScopeDispose, type App, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import type { AccessAction } from '#shared/identity/access-policy.ts'
import type { SessionInfo } from '#shared/identity/session.ts'
import type { CollectionName } from '#shared/protocol/collection-names.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import type { DirectSink } from '#client/sync/direct-sink.ts'
import type { OfficeNames } from './office-names.ts'

/** What a person at the office's desktop works with: online, without replicas. Made once after the login. */
export interface OfficeDesk {
  readonly api: ApiClient
  readonly sink: DirectSink
  readonly info: Readonly<ShallowRef<SessionInfo>>
  /** Names of departments, categories, colleagues and wards; empty until they have been read. */
  readonly names: Readonly<ShallowRef<OfficeNames>>
  /** Device clock in ms, moved on twice a minute: for due dates and "today". */
  readonly now: Readonly<Ref<number>>
  /** Whether pokes arrive; without them the screens ask every half minute. */
  readonly isLive: Readonly<Ref<boolean>>
  may(action: AccessAction): boolean
  /** A new id (uuidv7) for a thing that is made here. */
  newId(): string
  /** Called when one of the collections changed, when the line came back, and now and then without a line. Returns the way to stop. */
  onChange(collections: readonly CollectionName[], listener: () => void): () => void
}

const deskKey: InjectionKey<Readonly<ShallowRef<OfficeDesk | null>>> = Symbol('office desk')

export function provideDesk(app: App, desk: Readonly<ShallowRef<OfficeDesk | null>>): void {
  app.provide(deskKey, desk)
}

/** The desk of the logged-in person. Throws outside the logged-in part of the app. */
export function useDesk(): OfficeDesk {
  const desk = inject(deskKey)?.value
  if (!desk) throw new Error('No desk: this part of the app is for people who are logged in.')
  return desk
}

/** Runs `work` now and whenever one of the collections changes, for as long as the component lives. */
export function useFresh(collections: readonly CollectionName[], work: () => void): void {
  onScopeDispose(useDesk().onChange(collections, work))
  work()
}
