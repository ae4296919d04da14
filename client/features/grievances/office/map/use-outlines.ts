import { onMounted, shallowRef, type ShallowRef } from 'vue'
import type { Geometry } from '#shared/geo/geometry.ts'
import { wardOutlinesSchema } from '#shared/territories/ward-list.ts'
import { useDesk } from '#client/session/use-desk.ts'

export interface WardOutline {
  readonly id: string
  readonly geometry: Geometry
}

/** Outlines of the office's wards for drawing; empty until they have come. The browser keeps them and asks whether they changed. */
export function useOutlines(): Readonly<ShallowRef<readonly WardOutline[]>> {
  const { api } = useDesk()
  const outlines = shallowRef<readonly WardOutline[]>([])
  onMounted(async () => {
    const response = await api.open('/api/v1/wards/outlines', { cache: 'no-cache' }).catch(() => null)
    if (!response?.ok) return
    const parsed = wardOutlinesSchema.safeParse(await response.json().catch(() => null))
    if (parsed.success) outlines.value = parsed.data.features
  })
  return outlines
}
