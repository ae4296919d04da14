import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from 'vue'
import type { Photo } from '#shared/grievances/grievance.ts'
import { useDesk } from '#client/session/use-desk.ts'

/** Blob addresses of the photos that the server has, by photo id; fetched with the token, given back when the page closes. */
export function usePhotoUrls(
  photos: () => readonly Photo[],
  size: 'thumb' | 'full'
): Readonly<ShallowRef<ReadonlyMap<string, string>>> {
  const { api } = useDesk()
  const urls = shallowRef<ReadonlyMap<string, string>>(new Map())
  let closed = false

  async function load(id: string): Promise<void> {
    const response = await api.open(`/api/v1/files/${id}?size=${size}`, { cache: 'default' })
    if (!response.ok) return
    const url = URL.createObjectURL(await response.blob())
    if (closed) URL.revokeObjectURL(url)
    else urls.value = new Map(urls.value).set(id, url)
  }

  watch(
    () =>
      photos()
        .filter((photo) => photo.state === 'ready' && !urls.value.has(photo.id))
        .map((photo) => photo.id)
        .join(),
    (ids) => {
      for (const id of ids.split(',').filter(Boolean)) void load(id).catch(() => undefined)
    },
    { immediate: true }
  )
  onBeforeUnmount(() => {
    closed = true
    for (const url of urls.value.values()) URL.revokeObjectURL(url)
  })
  return urls
}
