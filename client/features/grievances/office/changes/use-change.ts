import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { Verdict } from '#shared/protocol/push.ts'
import { troubleOf, type Trouble } from '#client/http/trouble.ts'
import { useI18n } from '#client/i18n/use-i18n.ts'
import { useDesk } from '#client/session/use-desk.ts'
import { useToast } from '#client/ui/feedback/use-toast.ts'

export interface RecordChange {
  readonly isBusy: Readonly<Ref<boolean>>
  readonly trouble: ShallowRef<Trouble | null>
  /** Sends one command. True when the server took it; else `trouble` says why, and the form keeps what was written. */
  send(name: string, args: Record<string, unknown>, base?: Record<string, unknown>): Promise<boolean>
}

/** Changing a thing from the desktop: one command, its verdict in plain words. */
export function useChange(): RecordChange {
  const { sink } = useDesk()
  const { t } = useI18n()
  const { showToast } = useToast()
  const isBusy = ref(false)
  const trouble = shallowRef<Trouble | null>(null)

  function tell(verdict: Verdict | null): void {
    const conflicts = verdict?.issues.length ?? 0
    if (conflicts > 0) showToast({ text: t('admin.change.conflict', { count: conflicts }), tone: 'warn' })
    else showToast({ text: t(verdict?.verdict === 'merged' ? 'admin.change.merged' : 'admin.change.done'), tone: 'ok' })
  }

  return {
    isBusy,
    trouble,
    async send(name, args, base) {
      isBusy.value = true
      trouble.value = null
      try {
        const { verdict } = await sink.submit(name, args, base ? { base } : {})
        tell(verdict)
        return true
      } catch (error) {
        trouble.value = troubleOf(error)
        return false
      } finally {
        isBusy.value = false
      }
    }
  }
}
