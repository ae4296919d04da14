import { basePathOf } from '#client/http/base-path.ts'
import { openDeviceStore, type DeviceStore } from '#client/local-store/device-store.ts'
import { tellGivenUp } from '#client/session/given-up.ts'
import type { Session } from '#client/session/session.ts'
import { readEndNote, takeOrders } from '#client/sync/rescue/end-note.ts'
import { onWakeSignal } from '#client/sync/wake-signals.ts'

async function withStore<Result>(work: (store: DeviceStore) => Promise<Result>): Promise<Result> {
  const store = openDeviceStore(basePathOf(document.baseURI))
  return work(store).finally(() => store.close())
}

/** The office has ended this device or person, and it is being carried out: nothing of it is opened any more. */
export async function isEnding(): Promise<boolean> {
  return (await withStore(readEndNote)) !== null
}

const telling = new WeakSet<Session>()

/** While somebody is logged in, tells the office what was given up on this phone: now, and whenever there is a line again. */
export function watchGivenUp(session: Session): void {
  if (telling.has(session)) return
  telling.add(session)
  const look = (): void => {
    if (session.view().state !== 'active') return
    void withStore((store) => tellGivenUp(store, session.api)).catch(() => undefined)
  }
  session.subscribe(look)
  onWakeSignal(look)
  look()
}

const watched = new WeakSet<Session>()

/** While the session has ended, asks what the office wants; if it ended this device, the page starts anew and carries that out. */
export function watchOrders(session: Session): void {
  if (watched.has(session)) return
  watched.add(session)
  const look = (): void => {
    if (session.view().state !== 'ended') return
    void withStore((store) => takeOrders(session.api, store)).then((taken) => taken && location.reload(), () => undefined)
  }
  session.subscribe(look)
  onWakeSignal(look)
  look()
}
