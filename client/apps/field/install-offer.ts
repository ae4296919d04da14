import { computed, ref, shallowRef, type ComputedRef } from 'vue'

/** Chromium's event; other browsers have none and install from their own menu. */
interface InstallPromptEvent extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>
}

const prompt = shallowRef<InstallPromptEvent | null>(null)
const valuable = ref(false)

/** Keeps the browser's offer to install for later instead of letting it show up while somebody works. */
export function keepInstallOffer(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    prompt.value = event as InstallPromptEvent
  })
  window.addEventListener('appinstalled', () => (prompt.value = null))
}

/** Something was saved on this phone: from now on it is worth installing. */
export function noteSaved(): void {
  valuable.value = true
}

export interface InstallOffer {
  /** The browser can install, and there is something on this phone worth keeping. */
  readonly offered: ComputedRef<boolean>
  install(): Promise<void>
}

export function useInstallOffer(hasSaved: () => boolean = () => false): InstallOffer {
  return {
    offered: computed(() => prompt.value !== null && (valuable.value || hasSaved())),
    async install() {
      const event = prompt.value
      prompt.value = null
      await event?.prompt()
    }
  }
}
