import { shallowRef, type ShallowRef } from 'vue'
import type { StepDue } from '#shared/identity/second-step.ts'
import { deviceClock } from '#client/device/clock.ts'
import { deviceLabel } from '#client/device/device-label.ts'
import { deviceLocks } from '#client/device/locks.ts'
import { deviceRandom } from '#client/device/random.ts'
import { basePathOf } from '#client/http/base-path.ts'
import { openDeviceStore } from '#client/local-store/device-store.ts'
import { openSession, type Session } from '#client/session/session.ts'
import { openDesk, type OpenDesk } from './open-desk.ts'

/** The login of this desktop and, while it lasts, its desk. */
export interface OfficeSession {
  readonly basePath: string
  readonly session: Session
  readonly desk: Readonly<ShallowRef<OpenDesk | null>>
  /** Set where the office wants a second step that this login has not shown: there is no desk before. */
  readonly stepDue: Readonly<ShallowRef<StepDue | null>>
}

/** Finds out who is logged in: the refresh cookie says it again after a reload, without a password. */
export async function startOfficeSession(): Promise<OfficeSession> {
  const basePath = basePathOf(document.baseURI)
  const session = await openSession({
    basePath,
    store: openDeviceStore(basePath),
    clock: deviceClock,
    random: deviceRandom,
    locks: deviceLocks(),
    deviceLabel: () => deviceLabel(navigator.userAgent),
    appVersion: 'admin'
  })
  const desk = shallowRef<OpenDesk | null>(null)
  const stepDue = shallowRef<StepDue | null>(null)
  const follow = () => {
    const { state, info } = session.view()
    stepDue.value = (state === 'active' && info?.secondStepDue) || null
    const isSamePerson = desk.value?.info.value.user.id === info?.user.id
    if (state === 'active' && info && isSamePerson) return
    const former = desk.value
    desk.value = state === 'active' && info && !stepDue.value ? openDesk(session, info) : null
    void former?.close()
  }
  session.subscribe(follow)
  if (session.view().state === 'active') await session.tokens.refresh().catch(() => null)
  follow()
  return { basePath, session, desk, stepDue }
}
