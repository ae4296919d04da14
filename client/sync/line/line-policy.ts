import type { Outbox } from '#client/local-store/outbox.ts'
import type { LineKind, LineWatch } from './mobile-data.ts'

/** What may go over mobile data, chosen by the person: everything, all but photos, or nothing. */
export const mobileDataChoices = ['everything', 'noPhotos', 'nothing'] as const
export type MobileDataChoice = (typeof mobileDataChoices)[number]

/** What waits for another line now. Reading is never held back. */
export type HeldByLine = 'none' | 'photos' | 'all'

/** What may be sent on the line there is now; page and service worker go by it alike. */
export interface LinePolicy {
  held(): Promise<HeldByLine>
  kind(): LineKind
  choice(): Promise<MobileDataChoice>
  choose(choice: MobileDataChoice): Promise<void>
  /** The person wants it sent over this line all the same: until the line changes or he chooses anew. */
  sendAnyway(): void
  /** Called when the line or the choice has changed; returns the way to stop. */
  onChange(listener: () => void): () => void
}

const setting = 'mobileData'

export function createLinePolicy(outbox: Pick<Outbox, 'setting' | 'putSetting'>, line: LineWatch): LinePolicy {
  const listeners = new Set<() => void>()
  let anyway = false

  async function choice(): Promise<MobileDataChoice> {
    const kept = await outbox.setting(setting)
    return mobileDataChoices.find((one) => one === kept) ?? 'everything'
  }

  return {
    async held() {
      if (line.kind() !== 'mobile' || anyway) return 'none'
      const chosen = await choice()
      if (chosen === 'everything') return 'none'
      return chosen === 'noPhotos' ? 'photos' : 'all'
    },
    kind: line.kind,
    choice,
    async choose(chosen) {
      await outbox.putSetting(setting, chosen)
      anyway = false
      for (const listener of listeners) listener()
    },
    sendAnyway() {
      anyway = true
    },
    onChange(listener) {
      listeners.add(listener)
      const stop = line.onChange(() => {
        anyway = false
        listener()
      })
      return () => {
        listeners.delete(listener)
        stop()
      }
    }
  }
}
