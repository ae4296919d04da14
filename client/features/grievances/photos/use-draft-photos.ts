import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from 'vue'

export interface ShownPhoto {
  readonly id: string
  /** A blob address, revoked when the photo goes or the component ends. */
  readonly url: string
}

/** Addresses for photos that are on this device; those whose bytes are not found are left out. */
export function useDraftPhotos(
  photos: () => readonly { readonly photoId: string }[],
  photoOf: (photoId: string) => Promise<Blob | null>
): ShallowRef<readonly ShownPhoto[]> {
  const shown = shallowRef<readonly ShownPhoto[]>([])
  const urls = new Map<string, string>()

  async function update(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const blob = urls.has(id) ? null : await photoOf(id)
      if (blob && !urls.has(id)) urls.set(id, URL.createObjectURL(blob))
    }
    for (const [id, url] of urls) {
      if (ids.includes(id)) continue
      URL.revokeObjectURL(url)
      urls.delete(id)
    }
    shown.value = ids.flatMap((id) => (urls.has(id) ? [{ id, url: urls.get(id)! }] : []))
  }

  watch(() => photos().map((photo) => photo.photoId), (ids) => void update(ids), { immediate: true })
  onBeforeUnmount(() => {
    for (const url of urls.values()) URL.revokeObjectURL(url)
  })
  return shown
}
