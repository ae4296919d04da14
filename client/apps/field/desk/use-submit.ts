import { readonly, ref, type Ref } from 'vue'
import { isStorageFull } from '#client/device/storage-quota.ts'
import { useI18n } from '#client/i18n/use-i18n.ts'
import { CommandRefused, type SubmitOptions } from '#client/sync/command-sink.ts'
import { saveWithRoom } from '#client/sync/upload/save-with-room.ts'
import { useSyncEngine } from '#client/sync/useSyncEngine.ts'
import { useDesk } from './field-desk.ts'
import { noteSaved } from '../install-offer.ts'

export interface CommandSubmitter {
  readonly busy: Readonly<Ref<boolean>>
  /** Why the last try did not work, in words; what was written is still there. */
  readonly trouble: Readonly<Ref<string | undefined>>
  /** True when it is saved on this device. */
  submit(name: string, args: object, options?: SubmitOptions): Promise<boolean>
}

let askedToPersist = false

/** Saves commands for a form: one at a time, with words for what went wrong. */
export function useSubmit(): CommandSubmitter {
  const engine = useSyncEngine()
  const { storage } = useDesk()
  const { t } = useI18n()
  const busy = ref(false)
  const trouble = ref<string>()

  return {
    busy: readonly(busy),
    trouble: readonly(trouble),
    async submit(name, args, options) {
      if (busy.value) return false
      busy.value = true
      trouble.value = undefined
      try {
        await saveWithRoom(() => engine.sink.submit(name, args as Record<string, unknown>, options), () => engine.freeRoom())
      } catch (error) {
        if (error instanceof CommandRefused) trouble.value = t(`error.${error.code}`)
        else trouble.value = t(isStorageFull(error) ? 'field.storage.full' : 'field.saveFailed')
        return false
      } finally {
        busy.value = false
      }
      noteSaved()
      if (!askedToPersist) void storage.persist()
      askedToPersist = true
      return true
    }
  }
}
