/** The parts of a window of this app that are needed here. */
export interface AppWindow {
  readonly url: string
  focus(): Promise<unknown>
  /** Asks the page to go there itself, so that an open form may object. */
  postMessage(message: OpenRecordMessage): void
}

export interface AppWindows {
  all(): Promise<readonly AppWindow[]>
  open(url: string): Promise<unknown>
}

/** Sent to an open page when a notice was tapped. */
export interface OpenRecordMessage {
  type: 'open-record'
  url: string
}

/**
 * Opens what the notice is about: in a window of the app that is open, else in a new one. The address is resolved against
 * the scope and anything outside it becomes the start page. Works offline: the app comes from the precache.
 */
export async function onNotificationClick(data: unknown, scope: string, windows: AppWindows): Promise<void> {
  const url = targetOf(data, scope)
  const known = (await windows.all()).find((window) => window.url.startsWith(scope))
  if (!known) {
    await windows.open(url)
    return
  }
  known.postMessage({ type: 'open-record', url })
  await known.focus()
}

/** The server names pages as it sees them, `/field/...`; here they stand below the scope, which may begin with `/o/<slug>`. */
function targetOf(data: unknown, scope: string): string {
  const wanted = (data as { url?: unknown } | null)?.url
  if (typeof wanted !== 'string' || wanted === '') return scope
  try {
    const { href } = new URL(wanted.replace(/^(\/o\/[^/]+)?\/field\//, './'), scope)
    return href.startsWith(scope) ? href : scope
  } catch {
    return scope
  }
}

/** What a service worker offers to find and open windows. */
interface WorkerClients {
  matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly AppWindow[]>
  openWindow(url: string): Promise<unknown>
}

/** The windows of this worker's clients. */
export function clientWindows(clients: WorkerClients): AppWindows {
  return {
    all: async () => await clients.matchAll({ type: 'window', includeUncontrolled: true }),
    open: (url) => clients.openWindow(url)
  }
}
