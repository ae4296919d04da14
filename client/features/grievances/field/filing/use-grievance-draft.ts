import { onBeforeUnmount, reactive, readonly, ref, watch, type DeepReadonly, type Ref } from 'vue'
import type { DeviceClock } from '#client/device/clock.ts'
import type { PhotoResult } from '#client/device/photos/photo-scaler.ts'
import type { DraftStore } from './draft-store.ts'
import { isWorthKeeping, type GrievanceDraft } from './grievance-draft.ts'

export interface DraftTools {
  store: DraftStore
  clock: Pick<DeviceClock, 'now'>
  newId(): string
  scale(file: Blob): Promise<PhotoResult>
}

export type PhotoRefusal = Extract<PhotoResult, { state: 'refused' }>['reason'] | 'no-room'

export interface DraftInHand {
  readonly draft: GrievanceDraft
  /** Device clock, ms; null until something was written. */
  readonly savedAt: DeepReadonly<Ref<number | null>>
  /** The device could not write: what is on the screen is not safe yet. */
  readonly failed: DeepReadonly<Ref<boolean>>
  readonly preparing: DeepReadonly<Ref<boolean>>
  /** Why the last photo was not taken. */
  readonly refusal: DeepReadonly<Ref<PhotoRefusal | null>>
  addPhoto(file: Blob): Promise<void>
  removePhoto(photoId: string): Promise<void>
  /** Writes now what is not written yet. */
  flush(): Promise<void>
  /** Filed or given up: from here on nothing is written any more. */
  end(): Promise<void>
}

const PAUSE_MS = 400
const MOST_PHOTOS = 5

/**
 * A draft that saves itself: a moment after each change, when the page is hidden and when the form is left. Use it in
 * the set-up of the component that shows the form.
 */
export function useGrievanceDraft(start: GrievanceDraft, tools: DraftTools): DraftInHand {
  const draft = reactive(structuredClone(start)) as GrievanceDraft
  const savedAt = ref<number | null>(start.savedAt)
  const failed = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let dirty = false
  let ended = false

  async function flush(): Promise<void> {
    clearTimeout(timer)
    if (!dirty || ended) return
    dirty = false
    const at = tools.clock.now()
    try {
      await (isWorthKeeping(draft) ? tools.store.save({ ...draft, savedAt: at }) : tools.store.remove(draft.grievanceId))
      savedAt.value = isWorthKeeping(draft) ? at : null
      failed.value = false
    } catch {
      dirty = true
      failed.value = true
    }
  }

  watch(draft, () => {
    dirty = true
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), PAUSE_MS)
  }, { deep: true, flush: 'sync' })

  const onHidden = (): void => {
    if (document.visibilityState === 'hidden') void flush()
  }
  document.addEventListener('visibilitychange', onHidden)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onHidden)
    void flush()
  })

  return {
    draft,
    savedAt: readonly(savedAt),
    failed: readonly(failed),
    ...draftPhotos(draft, tools),
    flush,
    async end() {
      ended = true
      clearTimeout(timer)
      await tools.store.remove(draft.grievanceId)
    }
  }
}

function draftPhotos(draft: GrievanceDraft, tools: DraftTools): Pick<DraftInHand, 'preparing' | 'refusal' | 'addPhoto' | 'removePhoto'> {
  const preparing = ref(false)
  const refusal = ref<PhotoRefusal | null>(null)
  return {
    preparing: readonly(preparing),
    refusal: readonly(refusal),
    async addPhoto(file) {
      if (draft.photos.length >= MOST_PHOTOS) return
      preparing.value = true
      const result = await tools.scale(file)
      preparing.value = false
      refusal.value = result.state === 'refused' ? result.reason : null
      if (result.state === 'refused') return
      const photoId = tools.newId()
      const kept = await tools.store.savePhoto(photoId, result.photo.blob).then(() => true, () => false)
      if (!kept) {
        refusal.value = 'no-room'
        return
      }
      draft.photos.push({ photoId, sha256: result.photo.sha256, size: result.photo.blob.size })
    },
    async removePhoto(photoId) {
      draft.photos = draft.photos.filter((photo) => photo.photoId !== photoId)
      await tools.store.removePhoto(photoId)
    }
  }
}
