import { readonly, ref, shallowRef, type ShallowRef } from 'vue'
import { referenceSchema } from '#shared/departments/reference.ts'
import { sessionInfoSchema, type SessionInfo } from '#shared/identity/session.ts'
import { uuidv7 } from '#shared/ids.ts'
import { issueDeskCommands } from '#shared/sync-issues/reopen-issue.ts'
import { wardListSchema } from '#shared/territories/ward-list.ts'
import { deviceClock } from '#client/device/clock.ts'
import { deviceRandom } from '#client/device/random.ts'
import type { ApiClient } from '#client/http/api-client.ts'
import { allPages } from '#client/http/all-pages.ts'
import { callRoute } from '#client/http/call-route.ts'
import { noNames, officeNames, type OfficeNames } from '#client/session/office-names.ts'
import type { Session } from '#client/session/session.ts'
import type { OfficeDesk } from '#client/session/use-desk.ts'
import { createDirectSink } from '#client/sync/direct-sink.ts'
import { startLiveStream } from '#client/sync/pull/live-stream.ts'
import { syncNouns } from '#client/sync/sync-nouns.ts'
import { createChangeBoard, type ChangeBoard } from './change-board.ts'

export interface OpenDesk extends OfficeDesk {
  /** Closes the stream and the timers. */
  close(): Promise<void>
}

const clockTickMs = 30_000

/** Opens the desk of the person who is logged in: names, clock, live stream, and the one way to change a thing. */
export function openDesk(session: Session, start: SessionInfo): OpenDesk {
  const { api } = session
  const info = shallowRef(start)
  const now = ref(deviceClock.now())
  const isLive = ref(false)
  const board = createChangeBoard()
  const { names, stop: stopNames } = keepNames(api, board)

  const live = startLiveStream({
    api,
    random: deviceRandom,
    onPoke: ({ collections }) => board.tell(collections),
    onOpen() {
      isLive.value = true
      board.tellAll()
    },
    async onScopeChanged() {
      await session.tokens.refresh()
      info.value = await api.call({ method: 'GET', path: '/api/v1/session', reply: sessionInfoSchema })
    }
  })
  const stopClock = keepTime(() => {
    now.value = deviceClock.now()
    isLive.value = live.isOpen()
    if (!isLive.value) board.tellAll()
  }, live.wake)

  return {
    api,
    sink: createDirectSink({
      api,
      app: 'admin',
      actor: () => info.value.actor,
      clock: deviceClock,
      random: deviceRandom,
      commands: new Map([...syncNouns.commands, ...issueDeskCommands.map((command) => [command.name, command] as const)])
    }),
    info,
    names,
    now: readonly(now),
    isLive: readonly(isLive),
    newId: () => uuidv7(deviceClock.now(), deviceRandom.bytes(10)),
    may: (action) => info.value.actions.includes(action),
    onChange: board.listen,
    async close() {
      stopClock()
      stopNames()
      await live.stop()
    }
  }
}

/** Calls `tick` twice a minute, and `wake` when the browser says that it is online again. */
function keepTime(tick: () => void, wake: () => void): () => void {
  const ticking = setInterval(tick, clockTickMs)
  window.addEventListener('online', wake)
  return () => {
    clearInterval(ticking)
    window.removeEventListener('online', wake)
  }
}

/** Reads the names now and whenever one of them changes; until they come, and where they do not, the old ones stand. */
function keepNames(api: ApiClient, board: ChangeBoard): { names: ShallowRef<OfficeNames>; stop(): void } {
  const names = shallowRef<OfficeNames>(noNames)
  async function read(): Promise<void> {
    const [reference, wards] = await Promise.all([
      callRoute(api, 'GET /api/v1/reference', {}, referenceSchema),
      allPages(async (after) => {
        const { wards: rows, next } = await callRoute(api, 'GET /api/v1/wards', { query: { after } }, wardListSchema)
        return { rows, next }
      })
    ])
    names.value = officeNames(reference, wards)
  }
  const readQuietly = () => void read().catch(() => undefined)
  readQuietly()
  return { names, stop: board.listen(['reference', 'places'], readQuietly) }
}
