import { shallowRef, type Ref, type ShallowRef } from 'vue'
import type { SubmitOptions } from '#client/sync/command-sink.ts'
import type { Verdict } from '#shared/protocol/push.ts'
import type { NewBlob } from '#client/local-store/outbox-row.ts'
import { uploadDirectly } from '#client/sync/upload/direct-upload.ts'
import type { Trouble } from '#client/http/trouble.ts'
import { useAttempt } from '#client/http/use-attempt.ts'
import { useI18n } from '#client/i18n/use-i18n.ts'
import { useDesk } from '#client/session/use-desk.ts'
import { useToast } from '#client/ui/feedback/use-toast.ts'

export interface RecordChange {
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: ShallowRef<Trouble | null>
  /** Photos of a change that was taken, whose bytes did not arrive. While there are any, the form stays. */
  readonly unsent: Readonly<ShallowRef<readonly NewBlob[]>>
  /**
   * Sends one command. True when the server took it with all its photos; else `trouble` or `unsent` says why, and the form
   * keeps what was written.
   */
  send(name: string, args: Record<string, unknown>, more?: SubmitOptions): Promise<boolean>
  /** Tries the unsent photos again. True when all have arrived. */
  resend(): Promise<boolean>
}

/** Changing a thing from the desktop: one command, its verdict in plain words. */
export function useChange(): RecordChange {
  const { api, sink } = useDesk()
  const { t } = useI18n()
  const { showToast } = useToast()
  const { isBusy, trouble, attempt } = useAttempt()
  const unsent = shallowRef<readonly NewBlob[]>([])

  function tell(verdict: Verdict | null): void {
    const conflicts = verdict?.issues.length ?? 0
    if (conflicts > 0) showToast({ text: t('admin.change.conflict', { count: conflicts }), tone: 'warn' })
    else showToast({ text: t(verdict?.verdict === 'merged' ? 'admin.change.merged' : 'admin.change.done'), tone: 'ok' })
  }

  return {
    isBusy,
    trouble,
    unsent,
    async send(name, args, more = {}) {
      const isTaken = await attempt(async () => {
        const { verdict, unsentPhotos = [] } = await sink.submit(name, args, more)
        tell(verdict)
        unsent.value = unsentPhotos
      })
      return isTaken && unsent.value.length === 0
    },
    async resend() {
      await attempt(async () => (unsent.value = await uploadDirectly(api, unsent.value)))
      return unsent.value.length === 0
    }
  }
}
