import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from 'vue'
import type { Photo } from '#shared/grievances/grievance.ts'

export interface CasePhoto {
  readonly id: string
  /** Null while its bytes are neither on this device nor to be had. */
  readonly url: string | null
  /** Still on this phone and not yet received by the server. */
  readonly waiting: boolean
}

export interface PhotoSources {
  /** Bytes kept on this device, null when they are not (or no longer) here. */
  local(photoId: string): Promise<Blob | null>
  /** The small picture from the server; null without network. */
  remote(photoId: string): Promise<Blob | null>
}

/** The photos of a grievance: those waiting on this phone first asked for here, the others from the server. */
export function useCasePhotos(photos: () => readonly Photo[], sources: PhotoSources): ShallowRef<readonly CasePhoto[]> {
  const shown = shallowRef<readonly CasePhoto[]>([])
  const urls = new Map<string, string>()
  let run = 0

  async function load(photo: Photo): Promise<CasePhoto> {
    const local = await sources.local(photo.id)
    const waiting = local !== null && photo.state === 'expected'
    if (!urls.has(photo.id)) {
      const blob = local ?? (photo.state === 'ready' ? await sources.remote(photo.id) : null)
      if (blob && !urls.has(photo.id)) urls.set(photo.id, URL.createObjectURL(blob))
    }
    return { id: photo.id, url: urls.get(photo.id) ?? null, waiting }
  }

  watch(
    () => photos().map((photo) => `${photo.id}:${photo.state}`).join(),
    async () => {
      const mine = ++run
      const loaded = await Promise.all(photos().map(load))
      if (mine === run) shown.value = loaded
    },
    { immediate: true }
  )
  onBeforeUnmount(() => {
    run += 1
    for (const url of urls.values()) URL.revokeObjectURL(url)
  })
  return shown
}
