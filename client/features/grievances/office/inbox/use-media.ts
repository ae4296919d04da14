import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** Whether the media query holds, now and after each turn or resize of the window. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const media = matchMedia(query)
  const holds = ref(media.matches)
  const follow = () => (holds.value = media.matches)
  media.addEventListener('change', follow)
  onScopeDispose(() => media.removeEventListener('change', follow))
  return readonly(holds)
}
